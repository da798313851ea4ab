from __future__ import annotations

from app.archive import switches
from app.archive.archive import Archive
from app.edge.switchboard import LOOK_EVERY_S, Switchboard
from app.rules.switches import Off, Switch, WhatIsOff


async def test_a_worker_knows_what_is_off_and_why(books: Archive) -> None:
    """From its last look on; of a gift, the switch of all comes first, and before any look there is no reason."""
    board = Switchboard(books)
    for name, on in (("gift:rose", False), ("gift:heart", True), ("payouts", False)):
        switch = Switch(name=name, on=on, reason=f"why {name}", by="person:op", changed_ms=5)
        await books.write(switches.put, switch)
    before = board.gift_refusal("rose")
    looks = await board.look()

    assert (LOOK_EVERY_S, {}) == (looks, before.details)
    assert WhatIsOff([Off("payouts", "why payouts")], [Off("rose", "why gift:rose")]) == board.view()
    assert ({"reason": "why gift:rose"}, {}) == (
        board.gift_refusal("rose").details,
        board.gift_refusal("yacht").details,
    )
    await books.write(switches.put, Switch(name="gifts", on=False, reason="all of them", by="person:op", changed_ms=6))
    await board.look()
    assert "Gifts are switched off for now: all of them" == board.gift_refusal("rose").message
