from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.actions.streamer import ask_payout as module
from app.archive import outbox, payouts
from app.base.errors import Refusal
from app.rules.promises import GOOD_MS
from tests.actions.paying import Paying
from tests.books import check_books
from tests.store.moving import freeze, payout_hold, unfreeze
from tests.world import World


async def test_a_payout_holds_its_diamonds(paying: Paying) -> None:
    """A small one is held and approved at once; a large one waits for a second person."""
    for _ in range(2):
        await paying.earn()
    small, large = (await paying.ask("4000")).payout, (await paying.ask("100000")).payout

    assert [("approved", False), ("requested", True)] == [(one.status, one.second) for one in (small, large)]
    assert (44_999_000 * 3 - 104_000_000, 104_000_000) == await paying.states()
    assert ["requested", "approved"] == [event.status for event in small.history]
    assert ("s•••", "Sam Streamer") == (small.masked, small.name)
    assert 0 < small.held_n < large.held_n
    await check_books(paying.world)


async def test_a_key_asks_once(paying: Paying) -> None:
    """The same key and body give the same payout, also at once; another body is refused."""
    quote = await paying.quote()
    asked = await asyncio.gather(*(paying.ask(quote=quote, key="k") for _ in range(5)))
    later = await paying.ask(quote=quote, key="k")

    assert 1 == len({one.payout.id for one in asked} | {later.payout.id})
    assert (1, True) == ([one.replayed for one in asked].count(False), later.replayed)
    assert 4_000_000 == (await paying.states())[1]
    with pytest.raises(Refusal, match="id_reused"):
        await paying.ask(quote=quote, key="k", destination="another")


async def test_a_quote_is_used_once(paying: Paying) -> None:
    """A second payout with the same quote is refused, under another key, also at once."""
    quote = await paying.quote()
    asked = [paying.ask(quote=quote, key=f"k{i}") for i in range(5)]
    results = await asyncio.gather(*asked, return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refusal)]

    assert ["quote_expired"] * 4 == [refusal.slug for refusal in refused]
    assert 4_000_000 == (await paying.states())[1]


async def test_a_day_has_one_maximum(paying: Paying) -> None:
    """Of payouts that are asked for at once, no more are taken than the day's maximum."""
    for _ in range(5):
        await paying.earn()
    quotes = [await paying.quote("60000") for _ in range(4)]
    results = await asyncio.gather(*(paying.ask(quote=quote) for quote in quotes), return_exceptions=True)
    refused = [result for result in results if isinstance(result, Refusal)]

    assert ["above_maximum"] == [refusal.slug for refusal in refused]
    assert 180_000_000 == (await paying.states())[1]


async def test_what_is_refused(paying: Paying) -> None:
    """An empty or odd destination, an unknown rail, a quote that is none: a clear slug, and nothing moved."""
    before = await paying.world.dump()
    odd: list[tuple[dict[str, Any], str]] = [
        ({"destination": ""}, "bad_request"),
        ({"destination": "  "}, "bad_request"),
        ({"destination": {"iban": "x"}}, "bad_request"),
        ({"rail": "bank"}, "bad_request"),
        ({"rail": "bank", "destination": {"name": "Sam", "iban": "DE00"}}, "bad_request"),
        ({"rail": "paypal"}, "bad_request"),
        ({"quote": "x"}, "quote_expired"),
    ]
    for changed, slug in odd:
        with pytest.raises(Refusal, match=slug):
            await paying.ask(**changed)

    assert before == await paying.world.dump()
    assert [] == await paying.archive.read(payouts.page, None, 10)


async def test_a_quote_is_good_for_a_while_and_for_one_person(paying: Paying) -> None:
    """An old quote, another person's, and one whose tax profile has changed are refused."""
    quote = await paying.quote()
    await paying.earn("sue")
    await paying.profile("sue")
    with pytest.raises(Refusal, match="quote_expired"):
        await paying.ask(quote=quote, user="sue")
    await paying.profile(form="none", tin=None)
    with pytest.raises(Refusal, match="have changed"):
        await paying.ask(quote=quote)
    await paying.profile()
    paying.now_ms += GOOD_MS
    with pytest.raises(Refusal, match="too old"):
        await paying.ask(quote=quote)

    assert (44_999_000, 0) == await paying.states()


async def test_what_changed_since_the_quote_counts(paying: Paying) -> None:
    """Whoever is frozen after the quote, or has no diamonds left, is refused when asking."""
    quote = await paying.quote()
    await paying.world.moves.post([freeze("sam")])
    with pytest.raises(Refusal, match="wallet_frozen"):
        await paying.ask(quote=quote)
    await paying.world.moves.post([unfreeze("sam"), payout_hold("sam", 44_000_000)])
    with pytest.raises(Refusal, match="insufficient_diamonds"):
        await paying.ask(quote=quote)


async def test_diamonds_that_go_in_the_same_moment(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the ledger refuses the hold, the payout has failed, for that key for ever, and nothing is held for it."""
    quote, seen = await paying.quote("40000"), await paying.diamonds()
    await paying.world.moves.post([payout_hold("sam", 44_000_000)])

    async def stale(user: str = "sam") -> object:
        return seen

    monkeypatch.setattr(paying, "diamonds", stale)
    for _ in range(2):
        with pytest.raises(Refusal, match="insufficient_diamonds"):
            await paying.ask(quote=quote, key="k")
    monkeypatch.undo()
    (payout,) = await paying.archive.read(payouts.page, None, 10)

    assert ("failed", "There are not enough diamonds available.") == (payout.status, payout.history[-1].why)
    assert (999_000, 44_000_000) == await paying.states()
    assert [] == await paying.archive.read(outbox.waiting, 10)


async def test_a_day_has_so_many_payouts(paying: Paying, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks and cancels again and again is stopped until the next day."""
    monkeypatch.setattr(module, "ASKED_A_DAY_MAX", 2)
    for _ in range(2):
        await paying.cancel((await paying.ask()).payout)
    with pytest.raises(Refusal, match="rate_limited") as refused:
        await paying.ask()
    paying.now_ms += refused.value.details["retry_ms"]

    assert "approved" == (await paying.ask()).payout.status


async def test_what_hides_in_a_destination_is_left_out(paying: Paying) -> None:
    """Signs that nobody sees are no part of a destination, and what has nothing else in it is none."""
    payout = (await paying.ask(destination="\x00\u202esam\n@example.com")).payout
    with pytest.raises(Refusal, match="bad_request"):
        await paying.ask(destination="\x00\u200b")

    assert ({"to": "sam @example.com"}, "s•••") == (payout.destination, payout.masked)


async def test_cancelled_before_it_is_submitted(paying: Paying) -> None:
    """Its owner takes it back, twice to no more effect; nobody else does, and not once the rail was asked."""
    payout = (await paying.ask()).payout
    with pytest.raises(Refusal, match="unknown_payout"):
        await paying.cancel(payout, "sue")
    ended = [await paying.cancel(payout) for _ in range(2)]
    other = (await paying.ask()).payout
    await paying.step()
    with pytest.raises(Refusal, match="too_late"):
        await paying.cancel(other)

    assert ["cancelled"] * 2 == [one.status for one in ended]
    assert (40_999_000, 4_000_000) == await paying.states()
    await check_books(paying.world)


async def test_a_store_that_cannot_be_reached_is_made_up_for(paying: Paying, world: World) -> None:
    """A payout that is written down while the ledger refuses all is held as soon as it can be."""
    quote = await paying.quote()
    await world.store.call("HSET", world.keys.totals, "lost", "1")
    before = (await paying.ask(quote=quote, key="k")).payout
    with pytest.raises(Refusal, match="unavailable"):
        await paying.cancel(before)
    await world.store.call("HDEL", world.keys.totals, "lost")
    after = await paying.ask(quote=quote, key="k")

    assert ("requested", "approved", True) == (before.status, after.payout.status, after.replayed)
