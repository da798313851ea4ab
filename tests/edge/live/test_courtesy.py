"""Giving way to others on the machine, while it costs little."""

from __future__ import annotations

import pytest

from app.edge.live.courtesy import COSTLY_S, REFUSED_S, Courtesy


class Machine:
    """A clock, and others who take `slice_s` whenever they are let."""

    def __init__(self, slice_s: float) -> None:
        self.slice_s = slice_s
        self.time_s = 100.0
        self.given = 0

    def give_way(self) -> None:
        """The others run."""
        self.given += 1
        self.time_s += self.slice_s

    def now_s(self) -> float:
        """The time."""
        return self.time_s


@pytest.mark.parametrize(("slice_s", "given"), [(COSTLY_S / 2, 50), (COSTLY_S * 8, 1)])
def test_gives_way_while_it_is_cheap(slice_s: float, given: int) -> None:
    """Others who take little are let in every time; one who takes a whole slice gets one."""
    machine = Machine(slice_s)
    courtesy = Courtesy(machine.give_way, machine.now_s)
    for _ in range(50):
        courtesy.give_way()

    assert given == machine.given


def test_tries_again_after_a_while() -> None:
    """After a costly time nothing is given away until a while has passed."""
    machine = Machine(COSTLY_S * 8)
    courtesy = Courtesy(machine.give_way, machine.now_s)
    courtesy.give_way()
    machine.time_s += REFUSED_S * 0.9
    courtesy.give_way()
    assert 1 == machine.given

    machine.time_s += REFUSED_S * 0.2
    courtesy.give_way()
    assert 2 == machine.given
