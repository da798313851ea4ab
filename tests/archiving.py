"""Archives what a world's store has, as the bookkeeper does."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial

from app.actions.books.archive_journal import Archiver
from app.actions.operator.bar_person import bar_person
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.rules.audit_log import Act
from app.rules.barred import with_all_revoked
from app.store.client import Store
from app.store.journal import Journal
from tests.world import EPOCH, World

HOLD_MS = 20_000


def archiver_on(store: Store, archive: Archive, k: int = 0) -> Archiver:
    """A partition's archiver that knows nothing yet."""
    return Archiver(Journal(store, EPOCH, k), archive, Recorder(EPOCH, lambda _: HOLD_MS, k), lambda: 0)


async def archive_partitions(store: Store, archive: Archive, epoch: str, *partitions: int) -> None:
    """Archives what these partitions of a ledger have."""
    for k in partitions:
        await Archiver(Journal(store, epoch, k), archive, Recorder(epoch, lambda _: HOLD_MS, k), lambda: 0).step()


async def finally_true(condition: Callable[[], Awaitable[bool]]) -> None:
    """Returns when the condition holds, which is asked again and again."""
    async with asyncio.timeout(45):
        while not await condition():  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0.02)


async def archive_all(world: World, archive: Archive) -> int:
    """Archives all that is in the journals; how many entries."""
    archived = 0
    for k in range(len(world.partitions.ledgers)):
        archiver = archiver_on(world.store, archive, k)
        while step := (await archiver.step()).archived:
            archived += step
    return archived


async def revoke(world: World, archive: Archive, user: str) -> None:
    """All tokens of a user end."""
    act = Act("a test", "revoke_tokens", user)
    await bar_person(world.partitions, archive, act, partial(with_all_revoked, now_s=1e9), 1)
