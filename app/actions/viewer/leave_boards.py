"""A person leaves the leaderboards, all of them at once, or comes back to them with all that was given meanwhile."""

from __future__ import annotations

from app.archive import boards as archived
from app.archive.archive import Archive
from app.store import boards
from app.store.partitions import Partitions


async def show_on_boards(partitions: Partitions, archive: Archive, user: str, shown: bool) -> None:
    """Takes somebody off all boards, or puts them back.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now.
    """
    # The archive first: what it knows is what a store gets back that is put together again.
    await archive.write(archived.show_on_boards, user, shown)
    await partitions.everywhere(lambda standing: boards.show_on_boards(standing, user, shown))
