"""How long gifts stood still while a cluster was harmed, by the parts of the ledger that they touch. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from app.rules.partitions import partition
from loadtest.plan import Receipt
from loadtest.target import streamer_of


class Harmed(Struct, frozen=True):
    """Something was done at that moment, from the start on; `partitions` were on the node that it was done to."""

    at_s: float
    partitions: frozenset[int]


class Standstill(Struct, frozen=True):
    """The longest time without an accepted gift: of those that touch a harmed partition, and of any other partition."""

    harmed_s: float
    others_s: float


class Accepted(Struct, frozen=True):
    """When a gift was heard of, and which partitions it touches: its giver's and its room's."""

    at_s: float
    touches: frozenset[int]


def accepted(receipts: Iterable[Receipt], partitions: int) -> list[Accepted]:
    """The gifts by the moment when their givers heard of them."""

    def touches(receipt: Receipt) -> frozenset[int]:
        return frozenset(partition(person, partitions) for person in (receipt.user, streamer_of(receipt.room)))

    return sorted((Accepted(one.at_s, touches(one)) for one in receipts), key=lambda one: one.at_s)


def standstill(gifts: Sequence[Accepted], harms: Sequence[Harmed], until_s: float) -> Standstill:
    """The longest of all harms, each until the next one or the end. What no gift touches cannot stand still."""
    harmed, others = [0.0], [0.0]
    everything = {k for gift in gifts for k in gift.touches}
    # A harm lasts until the next one.
    ends_s = [*(harm.at_s for harm in harms), until_s][1:]
    for harm, end_s in zip(harms, ends_s, strict=True):
        if not harm.partitions:
            continue
        inside = [gift for gift in gifts if harm.at_s <= gift.at_s <= end_s]
        apart = [gift for gift in inside if not gift.touches & harm.partitions]
        harmed.append(_longest((gift for gift in inside if gift.touches & harm.partitions), harm.at_s, end_s))
        for k in everything - harm.partitions:
            others.append(_longest((gift for gift in apart if k in gift.touches), harm.at_s, end_s))
    return Standstill(max(harmed), max(others))


def _longest(gifts: Iterable[Accepted], begin_s: float, end_s: float) -> float:
    """The longest time between two of them, from the begin to the end."""
    return max(_pauses((gift.at_s for gift in gifts), begin_s, end_s))


def _pauses(times: Iterable[float], begin_s: float, end_s: float) -> Iterator[float]:
    last_s = begin_s
    for at_s in times:
        yield at_s - last_s
        last_s = at_s
    yield end_s - last_s
