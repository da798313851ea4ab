from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.currencies import AMOUNT_MAX, EXPONENTS, MINOR_MAX, Money, minor_units, money

CURRENCIES = st.sampled_from(sorted(EXPONENTS))


def test_exponents_are_those_of_iso_4217() -> None:
    """Yen, won and their like have no decimals, the dinars three, nearly everything else two."""
    known = {"USD": 2, "EUR": 2, "JPY": 0, "KRW": 0, "ISK": 0, "IDR": 2, "HUF": 2, "KWD": 3, "BHD": 3, "TND": 3}

    assert known == {code: EXPONENTS[code] for code in known}
    assert {0, 2, 3} == set(EXPONENTS.values())
    assert [] == [code for code in EXPONENTS if not re.fullmatch("[A-Z]{3}", code)]


@given(CURRENCIES, st.integers(0, AMOUNT_MAX))
def test_what_is_written_is_read(currency: str, minor: int) -> None:
    """Each amount of each currency is the same after it was written and read."""
    written, unit = str(money(minor, currency)).split()

    assert (minor, currency) == (minor_units(written, currency), unit)


@pytest.mark.parametrize(
    ("minor", "currency", "written"),
    [(999, "USD", "9.99 USD"), (-5, "USD", "-0.05 USD"), (1600, "JPY", "1600 JPY"), (1, "KWD", "0.001 KWD")],
)
def test_amounts_as_people_read_them(minor: int, currency: str, written: str) -> None:
    """An amount has as many decimals as its currency."""
    assert written == str(money(minor, currency))


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("9.99", "USD", 999), ("9.9", "USD", 990), ("9", "USD", 900), ("9.9900", "USD", 999), ("7.00", "JPY", 7)],
)
def test_amounts_as_people_write_them(amount: str, currency: str, minor: int) -> None:
    """Decimals may be left out, and zeroes that say nothing may be written."""
    assert minor == minor_units(amount, currency)


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        ("9.999", "USD", "USD has 2 decimals, 9.999 has more"),
        ("0.5", "JPY", "JPY has 0 decimals"),
        ("-1", "USD", 'an amount of USD like "9.99" is expected'),
        ("1e3", "JPY", 'an amount of JPY like "9" is expected'),
        ("1,000", "KWD", 'like "9.999" is expected'),
        ("", "USD", "is expected"),
        (".5", "USD", "is expected"),
        ("NaN", "USD", "is expected"),
        ("١", "USD", "is expected"),
        ("9" * 18, "USD", "at most 10000000000000.00 USD is expected"),
    ],
)
def test_amounts_that_are_none(amount: str, currency: str, said: str) -> None:
    """What is no amount of the currency is refused, with what is expected."""
    with pytest.raises(ValueError, match=re.escape(said)):
        minor_units(amount, currency)


def test_amounts_of_tables_stay_exact_with_their_tax() -> None:
    """The largest amount of a table is exact in JavaScript and Lua, and still is with as much again in tax."""
    assert 2 * AMOUNT_MAX < MINOR_MAX < 2**53


def test_no_currency() -> None:
    """A currency that does not exist is a mistake that shows at once."""
    with pytest.raises(KeyError):
        money(1, "XXX")
    assert Money(1, "USD", 2) == money(1, "USD")
