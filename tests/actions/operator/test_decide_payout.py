from __future__ import annotations

from typing import Any

import pytest

from app.actions.operator.decide_payout import Verdict, decide_payout
from app.base.errors import Refusal
from app.rules.actors import PLATFORM, at_command_line, person_called
from app.rules.payouts import Payout
from tests.actions.paying import Paying
from tests.audited import acts
from tests.books import check_books


async def large(paying: Paying) -> Payout:
    """A payout that waits for a second person."""
    for _ in range(2):
        await paying.earn()
    return (await paying.ask("100000")).payout


async def decide(paying: Paying, verdict: Verdict, payout: Any, by: str = PLATFORM, reason: str = "looked") -> Payout:
    """Decides, and lets the entries reach the ledger."""
    found, _ = await decide_payout(paying.archive, verdict, payout, by, reason, paying.now_ms)
    await paying.delivery.deliver()
    return found


async def test_a_large_payout_waits_for_another_person(paying: Paying) -> None:
    """Without a word nothing is paid; its owner's own counts for nothing, another's does, twice to no more effect."""
    payout = await large(paying)
    await paying.pass_time()
    waiting = await paying.look(payout)
    for own in (person_called("sam"), at_command_line("sam")):
        for verdict in ("approve", "reject"):
            with pytest.raises(Refusal, match="needs_second_person"):
                await decide(paying, verdict, payout.id, own)
    approved = [await decide(paying, "approve", payout.id, person_called(name)) for name in ("olga", "omar")]
    for _ in range(3):
        await paying.pass_time()
    paid = await paying.look(payout)

    assert ["requested", "approved", "approved"] == [one.status for one in (waiting, *approved)]
    assert ("paid", "person:olga") == (paid.status, paid.by)
    details = f"{payout.id}: {payout.money(payout.net)}"
    assert [("person:olga", "approve_payout", "sam", "looked", details)] == await acts(paying.archive)
    assert ("approved", "looked") in [(event.status, event.why) for event in paid.history]
    await check_books(paying.world)


async def test_a_rejected_one_is_available_again(paying: Paying) -> None:
    """A rejection brings the diamonds back, once, with its reason; what is rejected is not approved any more."""
    payout = await large(paying)
    ended = [await decide(paying, "reject", payout.id, reason="who is that?") for _ in range(2)]
    with pytest.raises(Refusal, match="too_late"):
        await decide(paying, "approve", payout.id)

    assert ["rejected"] * 2 == [one.status for one in ended]
    assert [("platform", "reject_payout")] == [(who, what) for who, what, *_ in await acts(paying.archive)]
    assert "who is that?" == ended[0].history[-1].why
    assert (134_997_000, 0) == await paying.states()
    await check_books(paying.world)


async def test_what_cannot_be_decided(paying: Paying) -> None:
    """An unknown payout, a blank reason, one that is submitted already."""
    payout = (await paying.ask()).payout
    await paying.step()
    with pytest.raises(Refusal, match="unknown_payout"):
        await decide(paying, "approve", "po-x")
    with pytest.raises(Refusal, match="bad_request"):
        await decide(paying, "approve", payout.id, reason="\u200b")
    with pytest.raises(Refusal, match="too_late"):
        await decide(paying, "reject", payout.id)

    assert "submitted" == (await decide(paying, "approve", payout.id)).status


async def test_a_key_decides_once(paying: Paying) -> None:
    """The same key and reason is the same decision, told so; with another reason or verdict nothing is decided."""
    payout = await large(paying)

    async def by_key(verdict: Verdict, reason: str = "looked") -> tuple[Payout, bool]:
        return await decide_payout(paying.archive, verdict, payout.id, PLATFORM, reason, paying.now_ms, "key")

    first, again = [await by_key("approve") for _ in range(2)]
    for wrong in (by_key("approve", "another"), by_key("reject")):
        with pytest.raises(Refusal, match="id_reused"):
            await wrong

    assert (first[0], False, True) == (again[0], first[1], again[1])
    assert "approved" == (await paying.look(payout)).status
