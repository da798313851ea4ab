from __future__ import annotations

from pathlib import Path

import pytest

from app.actions.read_tariff import PARSERS, SHIPPED, examine, kind_of, read_table, read_tariff
from app.base.config import Settings
from app.base.errors import ConfigError
from app.rules.tables import BadTable
from tests.rules.money_tables import FROM_MS, book_fields, card_fields, file_of

NOW_MS = FROM_MS + 1000


def test_what_ships_is_in_order() -> None:
    """The tables that ship can be used, and each says itself which it is."""
    tariff = read_tariff(Settings(), NOW_MS)

    assert "US-2026-1" == tariff.price_book("US", NOW_MS).id
    assert list(PARSERS) == [kind_of(SHIPPED / f"{name}.json") for name in PARSERS]


def test_files_of_ones_own(tmp_path: Path) -> None:
    """A setting puts a file in the place of the one that ships."""
    (tmp_path / "p.json").write_bytes(file_of("prices", book_fields()))
    (tmp_path / "r.json").write_bytes(file_of("rates", card_fields(id="mine")))
    settings = Settings(country="DE", prices=str(tmp_path / "p.json"), rates=str(tmp_path / "r.json"))
    tariff = read_tariff(settings, NOW_MS)

    assert ["DE"] == tariff.prices.countries(NOW_MS)
    assert ("mine", "any-2026-1") == (tariff.rate_card("DE", NOW_MS).id, tariff.tax_table("DE", NOW_MS).id)


def test_all_that_is_wrong_is_said(tmp_path: Path) -> None:
    """Each mistake has its file and its place; a start tells the first few and where the others are listed."""
    wrong = [book_fields(id=f"DE-{i}", currency="XXX") for i in range(6)]
    (tmp_path / "p.json").write_bytes(file_of("prices", *wrong))
    settings = Settings(prices=str(tmp_path / "p.json"), taxes=str(tmp_path / "missing.json"))
    _, findings = examine(settings, NOW_MS)
    with pytest.raises(ConfigError) as raised:
        read_tariff(settings, NOW_MS)
    first, *_, last = str(raised.value).splitlines()[1:]

    assert {"prices", "taxes"} == {finding.name for finding in findings}
    assert f"{tmp_path / 'missing.json'}: it cannot be read: No such file or directory" == str(findings[-1])
    assert f"  {tmp_path / 'p.json'}: versions[0] (DE-0).currency: a currency of ISO 4217 is expected" in first
    assert f"  and {len(findings) - 5} more, which `fanfare check` lists" == last


def test_the_platforms_own_country_has_prices() -> None:
    """A platform cannot start for a country that has no price book."""
    with pytest.raises(ConfigError, match=r"prices.json: versions: no version for the platform's own country PL"):
        read_tariff(Settings(country="PL"), NOW_MS)


def test_tables_that_have_not_begun() -> None:
    """Before its first version begins, a table is of no use."""
    assert {"prices", "rates", "taxes", "policies", "promotions", "fraud"} == {
        f.name for f in examine(Settings(), FROM_MS - 1)[1]
    }


def test_kinds_of_file(tmp_path: Path) -> None:
    """A file that says another name than the tables have is refused; one that says none is taken for prices."""
    path = tmp_path / "t.json"
    path.write_text('{"table": "gifts"}')
    with pytest.raises(
        BadTable, match='table: one of prices, rates, taxes, policies, promotions, fraud is expected, it is "gifts"'
    ):
        kind_of(path)
    for text in ("{}", "[", "", '{"table": 5}'):
        path.write_text(text)
        assert "prices" == kind_of(path)
        with pytest.raises(BadTable):
            read_table(path, "prices")
    with pytest.raises(BadTable, match="it cannot be read: Is a directory"):
        kind_of(tmp_path)
