from __future__ import annotations

from app.actions.viewer.leave_boards import show_on_boards
from app.archive.archive import Archive
from app.archive.boards import is_on_boards
from tests.world import World


async def test_store_and_archive_know(world: World, books: Archive) -> None:
    """Who leaves the boards has left them in the store and in the archive, and the same of who comes back."""
    for shown in (False, False, True):
        await show_on_boards(world.partitions, books, "ann", shown)

        assert shown == await books.read(is_on_boards, "ann")
        assert shown != bool(await world.store.call("SISMEMBER", world.keys.left_boards, "ann"))
