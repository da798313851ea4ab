from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.promises import unseal
from tests.actions.paying import SECRET, Paying
from tests.store.moving import freeze, refund


async def test_a_quote_comes_to_what_the_card_and_the_profile_say(paying: Paying) -> None:
    """Half a cent a diamond; a W-9 in the United States has nothing withheld, no form has 24 %."""
    first = unseal(SECRET, await paying.quote("4000.5"), "sam", paying.now_ms)
    await paying.profile(form="none", tin=None)
    second = unseal(SECRET, await paying.quote("4000.5"), "sam", paying.now_ms)
    await paying.profile(country="DE", form="W-8BEN", tin="36574261809", treaty=True)
    third = unseal(SECRET, await paying.quote("4000"), "sam", paying.now_ms)

    assert (4_000_500, 2000, 0, 2000) == (first.milli, first.gross, first.withholding, first.net)
    assert (2000, 480, 1520) == (second.gross, second.withholding, second.net)
    assert ("DE-2026-1", 1720, 17, 0, 1703) == (third.card, third.gross, third.fee, third.withholding, third.net)


async def test_what_is_no_number_of_diamonds(paying: Paying) -> None:
    """Zero, negative, too fine, huge or no number at all is a bad request."""
    for diamonds in ("", "0", "0.0", "-1", "1e3", "1.2345", "٣", "9" * 13, "many", " 5"):
        with pytest.raises(Refusal, match="bad_request"):
            await paying.quote(diamonds)


async def test_bounds(paying: Paying) -> None:
    """More than there is, less than the minimum, and more than a day's maximum are refused with what is missing."""
    with pytest.raises(Refusal) as too_many:
        await paying.quote("45000")
    with pytest.raises(Refusal) as too_few:
        await paying.quote("1999.999")
    for _ in range(4):
        await paying.earn()
    await paying.ask("190000")
    with pytest.raises(Refusal) as too_much:
        await paying.quote("10002")
    await paying.quote("10000")

    assert ("insufficient_diamonds", "44999") == (too_many.value.slug, too_many.value.details["available"])
    assert ("below_minimum", 1000, 1) == (
        too_few.value.slug,
        too_few.value.details["minimum"].minor,
        too_few.value.details["missing"].minor,
    )
    assert ("above_maximum", 5000) == (too_much.value.slug, too_much.value.details["left"].minor)
    assert paying.now_ms < too_much.value.details["resets_ms"] <= paying.now_ms + 86_400_000


async def test_the_days_maximum_counts_other_currencies(paying: Paying) -> None:
    """Whoever moves to another country has asked for as many diamonds before; the next day begins anew."""
    for _ in range(4):
        await paying.earn()
    await paying.ask("190000")
    await paying.profile(country="DE", form="none", tin=None)
    with pytest.raises(Refusal, match="above_maximum"):
        await paying.quote("20000")
    paying.now_ms += 86_400_000
    await paying.quote("20000")


async def test_who_cannot_be_paid(paying: Paying) -> None:
    """The frozen and those who owe coins get no quote, nor does anybody without a tax profile that counts."""
    with pytest.raises(Refusal, match="tax_profile_needed"):
        await paying.quote(user="sue")
    await paying.profile(country="DE", form="W-8BEN", tin=None)
    paying.now_ms += 5 * 366 * 86_400_000
    with pytest.raises(Refusal, match="has expired"):
        await paying.quote()
    await paying.profile()
    await paying.world.moves.post([refund("sam", 5)])
    with pytest.raises(Refusal, match="wallet_in_debt"):
        await paying.quote()
    await paying.world.moves.post([freeze("sam")])
    with pytest.raises(Refusal, match="wallet_frozen"):
        await paying.quote()


async def test_without_rails_nothing_is_quoted(paying: Paying) -> None:
    """Where no way to pay out is set up, that is said first."""
    paying.rails.clear()
    with pytest.raises(Refusal, match="unavailable"):
        await paying.quote()
