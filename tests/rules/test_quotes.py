from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.currencies import EXPONENTS, money
from app.rules.money import MILLI, PPM
from app.rules.quotes import check, least_milli, quote, worth
from app.rules.rates import HALF_PPM
from app.rules.taxes import Withholding
from tests.rules.money_tables import NOTHING_WITHHELD, card

ANY_CARD = st.fixed_dictionaries(
    {
        "currency": st.sampled_from(["JPY", "KRW", "USD", "IDR", "KWD", "TND"]),
        "diamond_value_micros": st.integers(1, 10**12),
        "service_fee_ppm": st.integers(0, HALF_PPM),
    }
)
MILLI_DIAMONDS = st.integers(0, 9 * 10**15)
HALF = st.integers(0, HALF_PPM)


@given(ANY_CARD, HALF, MILLI_DIAMONDS)
def test_what_goes_in_comes_out(fields: dict[str, Any], ppm: int, milli: int) -> None:
    """For every amount, rate, tax and currency: the exact worth is fee, withholding, net and what is left over."""
    found = quote(card(**fields), Withholding(ppm, "w", "t"), milli)
    nanos_a_minor = 10 ** (9 - EXPONENTS[fields["currency"]])
    parts = (found.service_fee, found.withholding, found.net)

    assert found.gross.minor == sum(part.minor for part in parts)
    assert milli * fields["diamond_value_micros"] == (
        sum(part.minor for part in parts) * nanos_a_minor + found.remainder_micros * MILLI + found.roundings[0].rest
    )
    assert all(part.minor >= 0 for part in parts)
    assert 0 <= found.remainder_micros * MILLI + found.roundings[0].rest < nanos_a_minor


@given(ANY_CARD, HALF, MILLI_DIAMONDS)
def test_each_rounding_is_named(fields: dict[str, Any], ppm: int, milli: int) -> None:
    """Each rounding says what it left over, exactly: the fee down, for the streamer, the tax to the nearest."""
    found = quote(card(**fields), Withholding(ppm, "w", "t"), milli)
    value, gross, fee, tax = found.roundings

    assert ["value", "gross", "service_fee", "withholding"] == [rounding.name for rounding in found.roundings]
    assert milli * fields["diamond_value_micros"] == value.whole * MILLI + value.rest
    assert value.whole == gross.whole * gross.per + gross.rest
    assert found.gross.minor * fields["service_fee_ppm"] == fee.whole * PPM + fee.rest
    assert found.gross.minor * ppm == tax.whole * PPM + tax.rest
    assert 0 <= fee.rest < PPM
    assert 2 * abs(tax.rest) <= PPM


@given(ANY_CARD, HALF, MILLI_DIAMONDS)
def test_steps_add_up(fields: dict[str, Any], ppm: int, milli: int) -> None:
    """The steps that people see lead from the gross amount to the net one."""
    found = quote(card(**fields), Withholding(ppm, "w", "t"), milli)
    *before, last = found.steps

    assert ["gross", "service_fee", "withholding", "net"] == [step.name for step in found.steps]
    assert sum(step.amount.minor for step in before) == last.amount.minor == found.net.minor
    assert all(step.why and step.amount.exponent == found.net.exponent for step in found.steps)


def test_a_quote_as_people_read_it() -> None:
    """2 001.5 diamonds of half a cent, with 2 % fee and 30 % tax: each step with its reason."""
    withheld = Withholding(300_000, "no form was given", "US-1", {"de": "kein Formular"})
    found = quote(card(service_fee_ppm=20_000), withheld, 2_001_500)

    assert [
        ("gross", "10.00 USD", "2001.5 diamonds at 0.005 USD, rounded down by 0.0075 USD"),
        ("service_fee", "-0.20 USD", "2 % of the gross amount"),
        ("withholding", "-3.00 USD", "30 % of the gross amount: no form was given"),
        ("net", "6.80 USD", "what is paid to you"),
    ] == [(step.name, str(step.amount), step.why) for step in found.steps]
    assert [
        {"diamonds": "2001.5", "worth": "0.005 USD", "left": "0.0075 USD"},
        {"percent": "2 %"},
        {"percent": "30 %", "reason": "no form was given"},
        {},
    ] == [step.mentions for step in found.steps]
    assert [{}, {}, {"de": "kein Formular"}, {}] == [step.whys for step in found.steps]
    assert (7500, "any-1", "US-1") == (found.remainder_micros, found.card, found.tax_table)


@given(ANY_CARD, st.integers(1, 10**9))
def test_the_least_diamonds_are_just_enough(fields: dict[str, Any], minimum: int) -> None:
    """So many diamonds reach the minimum, and a thousandth less does not."""
    written = str(money(minimum, fields["currency"])).split()[0]
    found = card(**fields, minimum=written, maximum_per_day=written)
    least = least_milli(found)

    assert quote(found, NOTHING_WITHHELD, least).gross.minor >= minimum
    assert quote(found, NOTHING_WITHHELD, least - 1).gross.minor < minimum


NOON_MS = 1_767_225_600_000 + 12 * 3_600_000


def refused(milli: int, available_milli: int, today: int = 0) -> Refusal | None:
    """How a payout of so many milli-diamonds is refused on the usual card."""
    quoted = quote(card(), NOTHING_WITHHELD, milli)
    try:
        check(quoted, card(), available_milli, money(today, "USD"), NOON_MS)
    except Refusal as refusal:
        return refusal
    return None


def test_a_payout_within_its_bounds() -> None:
    """From the minimum to the day's maximum, of what is available, everything is paid out."""
    assert None is refused(2_000_000, 2_000_000)
    assert None is refused(200_000_000, 200_000_000)
    assert None is refused(100_000_000, 100_000_000, today=50_000)


@pytest.mark.parametrize("milli", [0, -1])
def test_nothing_is_no_payout(milli: int) -> None:
    """Zero diamonds or fewer are not well formed."""
    refusal = refused(milli, 10**9)
    assert refusal is not None

    assert "bad_request" == refusal.slug


def test_more_than_is_available() -> None:
    """What is not there is not paid out, and it is said what is."""
    refusal = refused(2_000_500, 2_000_000)
    assert refusal is not None

    assert ("insufficient_diamonds", {"diamonds": "2000.5", "available": "2000"}) == (refusal.slug, refusal.details)


def test_below_the_minimum() -> None:
    """It is said how much the minimum is and what is missing."""
    refusal = refused(1_999_999, 10**9)
    assert refusal is not None

    assert "below_minimum" == refusal.slug
    assert {
        "minimum": money(1000, "USD"),
        "missing": money(1, "USD"),
        "minimum_diamonds": "2000",
    } == refusal.details
    assert "At least 10.00 USD is paid out, for 2000 diamonds; 0.01 USD is missing." == refusal.message


@pytest.mark.parametrize(("today", "left"), [(0, 100_000), (99_000, 1000), (100_000, 0), (200_000, 0)])
def test_above_the_days_maximum(today: int, left: int) -> None:
    """It is said how much the maximum is, what is left of it, and when the next day begins."""
    refusal = refused(300_000_000, 10**9, today)
    assert refusal is not None

    assert "above_maximum" == refusal.slug
    assert {
        "maximum": money(100_000, "USD"),
        "left": money(left, "USD"),
        "resets_ms": NOON_MS + 12 * 3_600_000,
    } == refusal.details


@given(ANY_CARD, MILLI_DIAMONDS)
def test_worth_is_the_gross_amount(fields: dict[str, Any], milli: int) -> None:
    """What diamonds are said to be worth is what a quote begins with."""
    assert quote(card(**fields), NOTHING_WITHHELD, milli).gross == worth(card(**fields), milli)
