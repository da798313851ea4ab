"""Work that is too much for one turn of the event loop."""

from __future__ import annotations

import asyncio

import pytest

from app.edge.live import turns as module
from app.edge.live.turns import Turns


async def turn() -> None:
    """One turn of the event loop."""
    await asyncio.sleep(0)


async def test_work_is_done_in_order_and_others_have_their_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where each piece takes its part of a turn, there is one a turn, first come first served."""
    monkeypatch.setattr(module, "PART_S", 0.0)
    turns, done = Turns(), list[int]()
    for number in range(5):
        turns.later(lambda number=number: done.append(number))  # type: ignore[misc]
    assert [] == done
    for number in range(5):
        await turn()
        assert list(range(number + 1)) == done


async def test_quick_work_shares_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes next to nothing is done together."""
    monkeypatch.setattr(module, "PART_S", 60.0)
    turns, done = Turns(), list[int]()
    for number in range(5):
        turns.later(lambda number=number: done.append(number))  # type: ignore[misc]
    await turn()
    assert [0, 1, 2, 3, 4] == done


async def test_work_that_goes_on_waits_for_the_next_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """However quick it is, work that puts itself in again has one part of each turn."""
    monkeypatch.setattr(module, "PART_S", 60.0)
    turns, done = Turns(), list[str]()

    def endless() -> None:
        done.append("again")
        turns.later(endless)

    turns.later(endless)
    for number in range(1, 10):
        await turn()
        assert number == len(done)


async def test_work_that_fails_stops_nobody_else(monkeypatch: pytest.MonkeyPatch) -> None:
    """The loop hears of the error, and the others go on."""
    monkeypatch.setattr(module, "PART_S", 60.0)
    turns, done, errors = Turns(), list[str](), list[object]()
    asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context["exception"]))

    def broken() -> None:
        raise ValueError

    turns.later(broken)
    turns.later(lambda: done.append("done"))
    await turn()
    await turn()
    assert (["done"], [ValueError]) == (done, [type(error) for error in errors])
