from __future__ import annotations

import pytest

from app.store.slots import SLOTS, SlotMap, slot_of

HERE = ("127.0.0.1", 7000)


@pytest.mark.parametrize(
    ("key", "slot"),
    [("123456789", 12739), ("foo", 12182), ("a{foo}b", 12182), ("{foo}{bar}", 12182), ("foo{}", 5542), ("", 0)],
)
def test_the_slot_of_a_key_is_the_servers(key: str, slot: int) -> None:
    """A key has the slot that CLUSTER KEYSLOT tells: that of its first tag, where it has one that is not empty."""
    assert slot == slot_of(key)


def test_a_map_knows_owners_replicas_and_gaps() -> None:
    """Of each slot the node is known, as the cluster told it; slots that nobody has are counted."""
    told = [[0, 99, [b"10.0.0.1", 7000, b"a", []], [b"10.0.0.2", 7001, b"b", []]], [200, SLOTS - 1, [b"", 7002, b"c"]]]
    slots = SlotMap(told, HERE)

    assert [("10.0.0.1", 7000), None, ("127.0.0.1", 7002)] == [slots.owner(slot) for slot in (99, 100, 200)]
    assert ([("10.0.0.1", 7000), ("127.0.0.1", 7002)], {("10.0.0.2", 7001)}) == (slots.primaries, slots.replicas)
    assert 100 == slots.missing


def test_a_slot_is_given_away() -> None:
    """A slot that a node says is elsewhere is asked for there."""
    slots = SlotMap([[0, SLOTS - 1, [None, 7000, b"a"]]], ("/a/socket", 0))
    slots.give(7, HERE)

    assert [("127.0.0.1", 7000), HERE] == [slots.owner(6), slots.owner(7)]
