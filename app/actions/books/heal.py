"""Sees to it that what is archived is never given up: a store that has less than that takes nothing until it has it."""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from pathlib import Path

from app.archive import outbox
from app.archive.archive import Archive, Connection, NoTables
from app.archive.cursor import Cursor, begin_term, ledger_archived, partitions_archived
from app.archive.losses import note_losses
from app.base.errors import ArchiveError, StoreError
from app.base.log import Throttle
from app.rules.standing import Look
from app.store.birth import partitions_in
from app.store.client import Store
from app.store.epoch import known_epoch, remember_epoch
from app.store.seen import Seen
from app.store.standing import Standing

# A node has several parts, and a cluster may grow: they are never more than at the ledger's birth.
CLUSTER_PARTITIONS = 16
# So long a process that cannot know whether it is the first waits for an archive that is just being started.
ARCHIVE_WAIT_S, ARCHIVE_AGAIN_S = 30.0, 0.2

throttle = Throttle(logging.getLogger(__name__))


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


async def partitions_here(store: Store, archive: Archive, data: Path, asked: int) -> int:
    """How many partitions the ledger has: so many as are asked for, else as it has, else as suits a new one.

    A data folder that knows of no ledger, where the store has none, belongs to the archive's from now on, if that has
    one: it is a first start where the archive says so, and only there.

    Raises:
        ArchiveError: the archive does not say so, as it cannot be read.
        StoreError: the store cannot be reached, nor does the archive tell; or the store is empty where there was a
            ledger, and nobody knows of it now.
    """
    # Before the store is asked: another process may give birth to the ledger right afterwards, and note it here.
    known = known_epoch(data)
    if asked and known is not None:
        return asked
    away: StoreError | None = None
    try:
        if count := await partitions_in(store):
            return asked or count
    except StoreError as error:
        # Partition 0 tells it, and the others may be there.
        away = error
    if known is None:
        epoch, count = await _ledger_archived(archive)
        belong_to(data, epoch)
    else:
        try:
            count = await archive.read_at_once(partitions_archived)
        except ArchiveError as error:
            told = "how many partitions the ledger has is known once the archive can be read, or by FANFARE_PARTITIONS"
            raise away or StoreError(f"the store has no ledger: {told}") from error
    if away is not None and not count:
        raise away
    return asked or count or (CLUSTER_PARTITIONS if await store.is_cluster() else 1)


async def _ledger_archived(archive: Archive) -> tuple[str, int]:
    """As `ledger_archived`, from an archive that may still be starting. Raises ArchiveError."""
    told: Exception | str = f"it has not answered for {ARCHIVE_WAIT_S:g} s"
    try:
        async with asyncio.timeout(ARCHIVE_WAIT_S):
            while True:
                try:
                    return await archive.read_at_once(ledger_archived)
                except NoTables:
                    return "", 0
                except ArchiveError as error:
                    told = error
                    throttle.say(logging.WARNING, "first", "whether this is a first start is not known: %s", error)
                await asyncio.sleep(ARCHIVE_AGAIN_S)
    except TimeoutError:
        raise ArchiveError(
            "neither the data folder nor the store knows of a ledger, and whether there was one the archive does not "
            f"tell: {told}. Start again once it can be read (FANFARE_ARCHIVE_URL)"
        ) from None


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

    Whoever asks may accept what the store has lost: what SQL had decided, and is not archived, is posted again.

    Raises:
        ArchiveError: the archive cannot be used now.
    """
    return (await archive.write(_begin_term, term, partition)).n


def _begin_term(connection: Connection, term: int, partition: int) -> Cursor:
    outbox.post_again(connection, partition)
    return begin_term(connection, term, partition)


async def keep_losses(standing: Standing, archive: Archive) -> None:
    """Has the archive know what a partition has lost for good: an emptied store forgets it.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be used now.
    """
    if losses := await standing.losses.accepted():
        await archive.write(note_losses, losses, standing.partition)
