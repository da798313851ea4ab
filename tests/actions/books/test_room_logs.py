from __future__ import annotations

import pytest

from app.actions.books import room_logs as module
from app.actions.books.room_logs import RoomLogs
from app.archive.archive import Archive
from app.store.audit import Audit
from tests.archiving import archive_all
from tests.world import World


async def problems(logs: RoomLogs, world: World) -> list[str]:
    """What is wrong in the rooms' logs."""
    found: list[str] = []
    await logs.compare(Audit(world.store), found.append)
    return found


@pytest.fixture
async def archived(world: World, books: Archive) -> World:
    """A ledger with gifts in two rooms, all archived: n is 7."""
    await world.grant("ann", 100)
    for _ in range(3):
        await world.send(world.order(), world.order(room="side"))
    await archive_all(world, books)
    return world


async def test_gifts_of_long_ago_are_looked_for_too(archived: World, books: Archive) -> None:
    """The gifts that the archive has are those of the logs; one that is cut out of a log is missed."""
    logs = RoomLogs(7)
    await logs.look_back(books, 7)

    assert ([], 6) == (await problems(logs, archived), logs.checked)
    entries = await archived.store.call("XRANGE", archived.keys.log("main"), "-", "+")
    await archived.store.call("XDEL", archived.keys.log("main"), entries[-1][0])
    assert ["room main: the log ends at offset 2, the journal has a gift at 3"] == await problems(logs, archived)


async def test_the_latest_alone_are_looked_for(
    archived: World, books: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older gifts than a log can have are not looked for, and what the log has of them is in order."""
    monkeypatch.setattr(module, "GIFTS_LOOKED_FOR", 3)
    logs = RoomLogs(7)
    await logs.look_back(books, 7)
    entries = await archived.store.call("XRANGE", archived.keys.log("main"), "-", "+")
    await archived.store.call("XDEL", archived.keys.log("main"), entries[0][0])

    assert [] == await problems(logs, archived)
