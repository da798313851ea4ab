"""What was under way between partitions, by the archive: what a partition's outbox has to have again."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple

from app.archive import restore
from app.archive.archive import Archive
from app.archive.entries import find_entries
from app.archive.restore import Step
from app.base.ids import time_of
from app.rules.crossings import restored_credit, restored_payment
from app.rules.gift_steps import GiftDelivered, GiftPaid
from app.rules.partitions import partition
from app.store.crossings import DEADLINE_MS
from app.store.ledger import ID_BUCKET_MS

STEPS_A_PAGE = 2000

Sent = tuple[bytes, bytes]
"""A name in the outbox, and its value."""


class _Taken(NamedTuple):
    n: int
    at_ms: int
    step: Step
    line: str


async def under_way(archive: Archive, up_to: int, k: int, partitions: int, now_ms: int) -> AsyncIterator[list[Sent]]:
    """What the outbox of the partition k of so many had after its entry `up_to`, page by page.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    paid, at = dict[str, _Taken](), 0
    while page := await archive.read(restore.some_steps, at, up_to, STEPS_A_PAGE, k):
        at = page[-1][0]
        to_guests = []
        for taken in map(_Taken._make, page):
            _, _, name = taken.step.key.partition(":")
            if isinstance(taken.step, GiftPaid):
                paid[name] = taken
            elif not isinstance(taken.step, GiftDelivered):
                # What has ended is gone: few are under way at a time.
                paid.pop(name, None)
            elif taken.step.elsewhere:
                to_guests.append((name, taken))
        owed = await _owed(archive, to_guests, partitions)
        yield [
            restored_credit(one.step, one.line, now_ms + DEADLINE_MS, _bucket(one.step), k)
            for one in owed
            if isinstance(one.step, GiftDelivered)
        ]
    yield [
        restored_payment(one.n, one.step, one.line, one.at_ms + DEADLINE_MS, _bucket(one.step))
        for one in paid.values()
        if isinstance(one.step, GiftPaid)
    ]


async def _owed(archive: Archive, to_guests: Sequence[tuple[str, _Taken]], partitions: int) -> list[_Taken]:
    """Those of the gifts to guests elsewhere that these are not known to have."""
    credited = set[str]()
    for home in {partition(taken.step.receiver, partitions) for _, taken in to_guests}:
        keys = [f"credited:{name}" for name, taken in to_guests if partition(taken.step.receiver, partitions) == home]
        _, found = await archive.read(find_entries, keys, home)
        credited |= found.keys()
    return [taken for name, taken in to_guests if f"credited:{name}" not in credited]


def _bucket(step: Step) -> int:
    return time_of(step.id) // ID_BUCKET_MS
