from __future__ import annotations

import asyncio

import pytest

from app.actions.books.payouts import ask_at_once, hear_outcome
from app.archive import payouts
from app.rails.payouts.rail import Outcome
from tests.actions.paying import Paying
from tests.books import check_books


async def test_fifty_words_at_once(paying: Paying) -> None:
    """The same outcome fifty times at once pays once."""
    payout = (await paying.ask()).payout
    await paying.step()
    paid = Outcome("paid", "ref")
    hearing = [paying.archive.write(hear_outcome, payout.id, paid, paying.now_ms) for _ in range(50)]
    await asyncio.gather(*hearing)
    await asyncio.gather(*(paying.delivery.deliver() for _ in range(5)))
    found = await paying.look(payout)

    assert ("paid", "ref", (40_999_000, 0)) == (found.status, found.reference, await paying.states())
    assert payout.held_n < found.paid_n
    await check_books(paying.world)


async def test_what_was_paid_comes_back_once(paying: Paying) -> None:
    """A payout that comes back after it was paid is available again, with its money; what is said later is no news."""
    payout = (await paying.ask()).payout
    await paying.step()
    for outcome in ("paid", "returned", "failed", "returned", "paid"):
        await paying.archive.write(hear_outcome, payout.id, Outcome(outcome, "ref", outcome), paying.now_ms)
        await paying.delivery.deliver()
    found = await paying.look(payout)

    assert ("returned", (44_999_000, 0)) == (found.status, await paying.states())
    assert found.paid_n < found.back_n
    assert ["requested", "approved", "submitted", "paid", "returned"] == [event.status for event in found.history]
    await check_books(paying.world)


async def test_an_odd_word_is_said_loudly(paying: Paying, caplog: pytest.LogCaptureFixture) -> None:
    """A rail that says paid of a payout that was cancelled changes nothing, and people hear of it."""
    payout = await paying.cancel((await paying.ask()).payout)
    await paying.archive.write(hear_outcome, payout.id, Outcome("paid", "ref"), paying.now_ms)

    assert "cancelled" == (await paying.look(payout)).status
    assert f"payout {payout.id} has to be looked at" in caplog.text


async def test_unknown_payouts(paying: Paying) -> None:
    """Of a payout that is not known nothing is written down."""
    assert None is await paying.archive.write(hear_outcome, "po-x", Outcome("paid", "ref"), 5)
    assert not await paying.archive.write(ask_at_once, "po-x", 5)
    assert [] == await paying.archive.read(payouts.page, None, 5)


async def test_a_webhook_has_its_rail_asked(paying: Paying) -> None:
    """What is due later is due at once, of a payout that was paid too."""
    payout = (await paying.ask()).payout
    await paying.step()
    assert [] == await paying.archive.read(payouts.due, paying.now_ms, 9)
    assert await paying.archive.write(ask_at_once, payout.id, paying.now_ms)
    assert [payout.id] == [one.id for one in await paying.archive.read(payouts.due, paying.now_ms, 9)]
    await paying.pass_time()
    await paying.archive.write(ask_at_once, payout.id, paying.now_ms)
    await paying.step()

    assert ("paid", 0) == ((await paying.look(payout)).status, (await paying.look(payout)).due_ms)
