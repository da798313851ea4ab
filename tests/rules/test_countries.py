from __future__ import annotations

from pathlib import Path

import pytest

from app.rules.countries import ANY, CODES

SYSTEMS_OWN = Path("/usr/share/zoneinfo/iso3166.tab")


def test_codes_are_two_letters() -> None:
    """There are 249 countries of two letters each, and the word for all others is none of them."""
    assert 249 == len(CODES)
    assert all(len(code) == 2 and code.isascii() and code.isupper() for code in CODES)
    assert {"US", "GB", "DE", "FR", "JP", "KR", "BR", "ID", "TR", "AE"} <= CODES
    assert ANY not in CODES


@pytest.mark.skipif(not SYSTEMS_OWN.exists(), reason="this system has no table of countries to compare with")
def test_codes_are_those_that_the_system_knows() -> None:
    """The codes are those of the time zone database."""
    lines = SYSTEMS_OWN.read_text().splitlines()

    assert {line.split("\t")[0] for line in lines if not line.startswith("#")} == CODES
