from __future__ import annotations

from app.rules.partitions import partition
from loadtest.plan import Receipt
from loadtest.standstill import Accepted, Harmed, Standstill, accepted, standstill
from loadtest.target import streamer_of


def gift(at_s: float, *touches: int) -> Accepted:
    """A gift of these partitions."""
    return Accepted(at_s, frozenset(touches))


def harm(at_s: float, *partitions: int) -> Harmed:
    """Something that was done to the node of these partitions."""
    return Harmed(at_s, frozenset(partitions))


def test_a_gift_touches_where_its_giver_and_its_room_are() -> None:
    """Two partitions at most, in the order in which givers heard of them."""
    receipts = [Receipt("r", user, f"g{user}", 1, 1, at_s) for user, at_s in (("a", 2.0), ("b", 1.0))]
    room = partition(streamer_of("r"), 16)

    assert [gift(1.0, partition("b", 16), room), gift(2.0, partition("a", 16), room)] == accepted(receipts, 16)
    assert [gift(1.0, 0), gift(2.0, 0)] == accepted(receipts, 1)


def test_each_part_has_its_own_silence() -> None:
    """Of gifts that touch a harmed partition, and of each other one by those gifts alone that touch none."""
    gifts = [gift(0.5, 0), gift(1.5, 1), gift(2.5, 1, 2), gift(3.0, 0, 1), gift(3.5, 2), gift(9.0, 0), gift(9.5, 1, 2)]

    assert Standstill(3.0 - 1.0, 2.5 - 1.0) == standstill(gifts[:5], [harm(1.0, 0)], 4.0)
    assert Standstill(9.0 - 3.0, 9.5 - 2.5) == standstill(gifts, [harm(1.0, 0)], 10.0)


def test_each_harm_has_its_own_time() -> None:
    """Until the next one, which may be to other partitions or to none; without gifts or harms nothing stands still."""
    gifts = [gift(at_s / 2, k) for at_s in range(20) for k in (0, 1)]
    harms = [harm(1.0, 0), harm(3.0), harm(6.0, 1)]
    quiet = [one for one in gifts if not (one.touches == {0} and 1 < one.at_s < 2.5)]

    assert Standstill(1.5, 0.5) == standstill(quiet, harms, 9.5)
    assert Standstill(1.0, 0.0) == standstill([], [harm(1.0, 0)], 2.0)
    assert Standstill(0.0, 0.0) == standstill(gifts, [harm(3.0)], 9.5)
    assert Standstill(0.0, 0.0) == standstill([], [], 9.5)
