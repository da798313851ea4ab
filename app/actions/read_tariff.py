"""Reads the tables of money: those that ship, or the files that settings name in their place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from app.base.config import Settings
from app.base.errors import ConfigError
from app.rules import fraud, policies, prices, promotion_packages, rates, taxes
from app.rules.tables import BadTable, Mistake, Table
from app.rules.tariff import Tariff

SHIPPED = Path(prices.__file__).with_name("data")
PARSERS: dict[str, Callable[[bytes], Table[Any]]] = {
    module.NAME: module.parse for module in (prices, rates, taxes, policies, promotion_packages, fraud)
}
TOLD_MAX = 5


class Finding(NamedTuple):
    """What is wrong with a table: where it was read, and the mistake."""

    name: str
    path: Path
    mistake: Mistake

    def __str__(self) -> str:
        """For people."""
        return f"{self.path}: {self.mistake}"


def read_tariff(settings: Settings, now_ms: int) -> Tariff:
    """The tables.

    Raises:
        ConfigError: one of them is wrong, or misses what a platform of that country needs; nothing was started.
    """
    tariff, findings = examine(settings, now_ms)
    if tariff is None:
        told = [str(finding) for finding in findings[:TOLD_MAX]]
        if len(findings) > TOLD_MAX:
            told.append(f"and {len(findings) - TOLD_MAX} more, which `fanfare check` lists")
        raise ConfigError("the tables of money cannot be used:\n  " + "\n  ".join(told))
    return tariff


def examine(settings: Settings, now_ms: int) -> tuple[Tariff | None, list[Finding]]:
    """The tables, or None and everything that is wrong with them."""
    found: dict[str, Table[Any]] = {}
    findings: list[Finding] = []
    for name in PARSERS:
        path = path_of(settings, name)
        try:
            found[name] = read_table(path, name)
        except BadTable as error:
            findings += [Finding(name, path, mistake) for mistake in error.mistakes]
    if findings:
        return None, findings
    tariff = Tariff(**found)
    for name, gap in tariff.gaps(settings.country, now_ms):
        findings.append(Finding(name, path_of(settings, name), Mistake("versions", gap)))
    return (None if findings else tariff), findings


def path_of(settings: Settings, name: str) -> Path:
    """Where a table is read."""
    named = getattr(settings, name)
    return Path(named) if named else SHIPPED / f"{name}.json"


def read_table(path: Path, name: str) -> Table[Any]:
    """One table from its file.

    Raises:
        BadTable: the file cannot be read, or what is in it is wrong.
    """
    return PARSERS[name](_read(path))


def kind_of(path: Path) -> str:
    """Which of the tables a file says that it is.

    Raises:
        BadTable: the file cannot be read, or says none.
    """
    text = _read(path)
    try:
        name = msgspec.json.decode(text, type=_Headed).table
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        # What is wrong with it is said best by a parser of tables.
        return prices.NAME
    if name not in PARSERS:
        raise BadTable([Mistake("table", f'one of {", ".join(PARSERS)} is expected, it is "{name}"')])
    return name


class _Headed(msgspec.Struct, frozen=True):
    table: str


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BadTable([Mistake("", f"it cannot be read: {error.strerror}")]) from None
