"""The wheel: every session has its turn once a round, whoever comes and goes."""

from __future__ import annotations

from typing import cast

from app.edge.live.session import Desk, Session
from app.edge.live.wheel import Wheel

TURNS = 25


def session() -> Session:
    """A session; its desk is not asked for anything here."""
    return Session(cast(Desk, None), "main")


def test_each_has_its_turn_once_a_round() -> None:
    """In one round every session is shown exactly once, and no turn has many more than another."""
    wheel, sessions = Wheel(TURNS), [session() for _ in range(1000)]
    for one in sessions:
        wheel.add(one)
    turns = [wheel.turn() for _ in range(TURNS)]

    assert sorted(map(id, sessions)) == sorted(id(one) for turn in turns for one in turn)
    assert max(map(len, turns)) < 5 * len(sessions) / TURNS
    assert set(sessions) == set(wheel)


def test_who_left_has_no_turn() -> None:
    """One who was taken off, twice even, is counted out once and shown no more."""
    wheel, staying, leaving = Wheel(TURNS), session(), session()
    wheel.add(staying)
    wheel.add(leaving)
    wheel.discard(leaving)
    wheel.discard(leaving)

    assert 1 == len(wheel)
    assert [staying] == [one for _ in range(TURNS) for one in wheel.turn()]
