"""`fanfare check`: the settings as they are understood, and what is wrong with folder, rails, tables and store."""

from __future__ import annotations

import argparse
import contextlib
import dataclasses
import json
from functools import partial
from pathlib import Path
from typing import Any

from app.actions.read_tariff import examine
from app.base import config
from app.base.clock import now_ms
from app.base.config import Settings, kept_secret
from app.base.errors import ConfigError, StoreError
from app.base.files import try_writing, unusable
from app.commands import Subparsers, add_command, add_data_option
from app.rails.payouts.choose import payout_rails
from app.store import settings_check
from app.store.cluster_server import is_cluster_folder, running_cluster
from app.store.epoch import known_epoch
from app.store.server import find_binary, socket_path, socket_url
from app.store.wanted import Finding


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "check", "--json")
    add_data_option(parser)
    parser.add_argument("--json", action="store_true", help="for machines")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints all of it; 1 when the folder or a table cannot be used, or the store must not be."""
    settings = config.load(data=args.data)
    wrong = _wrong_with_folder(settings.data)
    store, findings = _store(settings)
    rails, wrong_rails = _rails(settings)
    wrong_tables = [str(finding) for finding in examine(settings, now_ms())[1]]
    if args.json:
        shown = {name: str(v) if name == "data" else v for name, v in settings.redacted().items()}
        report = {"settings": shown, "data": wrong, "store": store, "findings": [f._asdict() for f in findings]}
        report |= {"tables": wrong_tables, "rails": rails, "wrong_rails": wrong_rails}
        print(json.dumps(report, indent=2))
    else:
        print(_table(settings))
        _print(f"The data folder: {settings.data.absolute()}", [f"WRONG  {sentence}" for sentence in wrong])
        _print(f"Payout rails: {', '.join(rails) or 'none'}", [f"WRONG  {sentence}" for sentence in wrong_rails])
        _print("The tables of money:", [f"WRONG  {sentence}" for sentence in wrong_tables])
        _print(f"The store: {store}", [f"{'WRONG' if f.fatal else 'note '}  {f}" for f in findings])
    return 1 if wrong or wrong_tables or wrong_rails or any(finding.fatal for finding in findings) else 0


def _print(title: str, lines: list[str]) -> None:
    print(f"\n{title}")
    for line in lines or ["Nothing is wrong with it."]:
        print(f"  {line}")


def _wrong_with_folder(data: Path) -> list[str]:
    """What would keep a server from starting with that folder; nothing is left in it, and it is not made."""
    wrong = []
    try:
        try_writing(data)
    except OSError as error:
        wrong.append(str(unusable(data, error)))
    for look in (
        partial(kept_secret, data, "secret"),
        partial(kept_secret, data, "api_key"),
        partial(known_epoch, data),
    ):
        try:
            look()
        except ConfigError as error:
            wrong.append(str(error))
    return wrong


def _rails(settings: Settings) -> tuple[list[str], list[str]]:
    try:
        return list(payout_rails(settings, now_ms)), []
    except ConfigError as error:
        return [], [str(error)]


def _store(settings: Settings) -> tuple[str, list[Finding]]:
    if settings.redis_url:
        return settings_check.examine(settings.redis_url, settings.replicas_ack)
    if is_cluster_folder(settings.data) and (url := running_cluster(settings.data)) is not None:
        described, findings = settings_check.examine(url, settings.replicas_ack)
        return f"{described} of our own, running", findings
    with contextlib.suppress(StoreError):
        described, findings = settings_check.examine(socket_url(socket_path(settings.data)), settings.replicas_ack)
        return f"{described}, embedded, running", findings
    try:
        return f"{find_binary()}, embedded, not running", []
    except ConfigError as error:
        return "none", [Finding("server", str(error), "Valkey or Redis 7.0 or newer", True)]


def _table(settings: Settings) -> str:
    rows: list[tuple[str, Any, str]] = []
    values = settings.redacted()
    for field in dataclasses.fields(settings):
        name = config.PREFIX + field.name.upper()
        rows.append((name, values[field.name], field.metadata["help"]))
    name_width = max(len(name) for name, _, _ in rows)
    value_width = max(len(str(value)) for _, value, _ in rows)
    return "\n".join(f"{n:<{name_width}}  {v!s:<{value_width}}  {h}" for n, v, h in rows)
