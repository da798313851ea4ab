"""Slots of a cluster: which one a key is in, and which node has it."""

from __future__ import annotations

from binascii import crc_hqx
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from app.store.address import Place
from app.store.keys import tag_of

SLOTS = 16_384


def slot_of(key: str) -> int:
    """The slot of a key or of a channel."""
    return _slot(tag_of(key))


@lru_cache(maxsize=4096)
def _slot(text: str) -> int:
    return crc_hqx(text.encode(), 0) % SLOTS


class SlotMap:
    """Which node has which slot, as CLUSTER SLOTS of a node at `asked` told it."""

    def __init__(self, told: Sequence[Any], asked: Place) -> None:
        self.ranges: list[tuple[int, int, Place]] = []
        self.replicas: set[Place] = set()
        for first, last, primary, *replicas in told:
            self.ranges.append((int(first), int(last), _place(primary, asked)))
            self.replicas.update(_place(replica, asked) for replica in replicas)
        self._owners: list[Place | None] = [None] * SLOTS
        for first, last, place in self.ranges:
            self._owners[first : last + 1] = [place] * (last + 1 - first)

    @property
    def primaries(self) -> list[Place]:
        """The nodes that have slots, each once."""
        return sorted({place for _, _, place in self.ranges})

    @property
    def missing(self) -> int:
        """How many slots no node has."""
        return self._owners.count(None)

    def owner(self, slot: int) -> Place | None:
        """The node that has the slot."""
        return self._owners[slot]

    def give(self, slot: int, place: Place) -> None:
        """Notes that one slot is elsewhere, as a node has told us."""
        self._owners[slot] = place


def _place(node: Sequence[Any], asked: Place) -> Place:
    """A node that knows no name of its own is where it was asked; behind a unix socket, on this machine."""
    host = node[0].decode() if isinstance(node[0], bytes) else node[0]
    here = asked[0] if asked[1] else "127.0.0.1"
    return (host if host and host != "?" else here), int(node[1])
