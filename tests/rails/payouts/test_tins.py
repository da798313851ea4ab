from __future__ import annotations

import pytest
from stdnum.util import get_cc_module

from app.rails.payouts.tins import KINDS, tin
from app.rules.countries import CODES


@pytest.mark.parametrize(
    ("country", "text", "number"),
    [
        ("US", "536-90-4399", "536904399"),
        ("DE", "36 574 261 809", "36574261809"),
        ("BR", "390.533.447-05", "39053344705"),
        ("TR", "17291716060", "17291716060"),
        ("JP", "1234 5678 9018", "123456789018"),
        ("FR", "07 01 987 765 493", "0701987765493"),
        ("GB", "qq 12 34 56 c", "QQ123456C"),
        ("AE", "100-1234/5", "10012345"),
    ],
)
def test_numbers_are_kept_plainly(country: str, text: str, number: str) -> None:
    """A number is known by its country's rules, however it is written; where none are known it is taken as it is."""
    assert number == tin(country, text)


@pytest.mark.parametrize(
    ("country", "text"),
    [
        ("US", "12"),
        ("US", "123-456-789"),
        ("DE", "36574261808"),
        ("BR", "39053344706"),
        ("TR", "1"),
        ("GB", "x;drop"),
        ("AE", "123"),
    ],
)
def test_what_is_no_number(country: str, text: str) -> None:
    """A wrong check digit, another country's form, or signs that no number has."""
    with pytest.raises(ValueError, match="tin: "):
        tin(country, text)


def test_each_kind_is_one_of_the_librarys() -> None:
    """The library knows each kind of each country."""
    found = [get_cc_module(country.lower(), kind) for country, kinds in KINDS.items() for kind in kinds]

    assert all(found)
    assert set() == KINDS.keys() - CODES
