"""Sees to it that what is archived is never given up: a store that has less than that takes nothing until it has it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from app.archive.archive import Archive
from app.archive.cursor import Cursor, begin_term
from app.archive.losses import note_losses
from app.rules.standing import Look
from app.store.client import Store
from app.store.epoch import known_epoch, remember_epoch
from app.store.seen import Seen
from app.store.standing import Standing


def stand(store: Store, epoch: str, seen: Seen, archive: Archive, count: int, *, refuse: bool) -> list[Standing]:
    """How each of so many partitions of the ledger stands, for a process that begins, and can ask what is archived."""
    return [
        Standing(
            store,
            epoch,
            seen,
            refuse=refuse,
            archived=partial(archived_in_term, archive, partition=k),
            partition=k,
        )
        for k in range(count)
    ]


async def hold_back(standing: Standing, cursor: Cursor) -> Look:
    """Stops a ledger that has less than is archived, however that came; how it stands then.

    Raises:
        StoreError: as Standing.see raises it.
        Refusal: `uninitialised`.
    """
    look = await standing.see()
    if cursor.epoch == standing.epoch and cursor.n > look.mark.n and not look.lost_term:
        standing.mark = look.mark._replace(n=cursor.n, head=cursor.head, entry="")
        look = await standing.see()
    return look


def belong_to(data: Path, epoch: str) -> None:
    """Has a data folder that knows of no ledger belong to the archive's: its own was lost, and is not begun anew.

    Raises:
        ConfigError: the folder cannot be used.
    """
    if epoch and known_epoch(data) is None:
        remember_epoch(data, epoch)


async def archived_in_term(archive: Archive, term: int, partition: int = 0) -> int:
    """Up to which entry the archive goes in a partition, where none comes to it that was read before that term.

    Raises:
        ArchiveError: the archive cannot be used now.
    """
    return (await archive.write(begin_term, term, partition)).n


async def keep_losses(standing: Standing, archive: Archive) -> None:
    """Has the archive know what a partition has lost for good: an emptied store forgets it.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be used now.
    """
    if losses := await standing.losses.accepted():
        await archive.write(note_losses, losses, standing.partition)
