from __future__ import annotations

import msgspec
import pytest

from app.actions.books import copy_rooms
from app.actions.books.copy_rooms import RoomCopier
from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.archive import rooms
from app.archive.archive import Archive
from app.base.errors import Refusal, StoreError
from app.rules.rooms import Payee, Room
from app.store.moderation import note_message_removed
from app.store.overlays import rotate
from app.store.rooms import ENDED_KEPT_MS
from tests.deciding import put_ban
from tests.world import EPOCH, MAIN, World


def copier_of(world: World, archive: Archive) -> RoomCopier:
    """One that knows nothing yet."""
    return RoomCopier(world.partitions, archive, world.now_ms)


async def copied(archive: Archive) -> dict[str, Room]:
    """All rooms that the archive has."""
    return {kept.lasting.room.id: kept.lasting.room for kept in await archive.read(rooms.some_rooms, "", 100)}


def titles(rooms: dict[str, Room]) -> dict[str, str]:
    """What they are called."""
    return {room_id: room.title for room_id, room in rooms.items()}


async def test_rooms_are_copied_when_they_change(
    world: World, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All live rooms are copied once, then each whose properties have changed, whoever copied it before."""
    monkeypatch.setattr(copy_rooms, "ROOMS_A_CALL", 2)
    copier = copier_of(world, archive)
    await open_room(world.partitions, NewRoom(id="third", title="Third", streamer=Payee("tom", "Tom"), kind="video"))
    assert [3, 0] == [await copier.step() for _ in range(2)]
    await world.grant("ann", 5)
    await world.send(world.order())
    assert 0 == await copier.step()
    await change_room(world.partitions, "main", RoomChange(title="New", guests=()))
    assert [1, 0] == [await copier.step() for _ in range(2)]

    assert 0 == await copier_of(world, archive).step()
    found = await copied(archive)
    assert {"main", "side", "third"} == found.keys()
    assert ("New", (), MAIN.streamer, "live") == (
        *(found["main"].title, found["main"].guests),
        *(found["main"].streamer, found["main"].status),
    )
    assert "video" == found["third"].kind


async def test_rooms_that_end_are_kept_for_a_while(world: World, archive: Archive) -> None:
    """An ended room is copied as such and forgotten a week later; one that lives again is live."""
    copier = copier_of(world, archive)
    await copier.step()
    await change_room(world.partitions, "main", RoomChange(status="ended"))
    assert [1, 0] == [await copier.step() for _ in range(2)]
    assert {"main": "ended", "side": "live"} == {id_: room.status for id_, room in (await copied(archive)).items()}
    await change_room(world.partitions, "main", RoomChange(status="live"))
    assert 1 == await copier.step()
    assert {"main", "side"} == (await archive.read(rooms.live_rooms)).keys()

    await change_room(world.partitions, "main", RoomChange(status="ended"))
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    await world.store.call("DEL", world.keys.room("side"))
    assert 2 == await copier.step()
    assert ["main"] == list(await copied(archive))
    later = RoomCopier(world.partitions, archive, lambda: world.now_ms() + ENDED_KEPT_MS + 1000)
    assert 0 == await later.step()
    assert {} == await copied(archive)


async def test_a_store_without_the_ledger_takes_nothing_away(world: World, archive: Archive) -> None:
    """A flushed store has no rooms, which changes nothing in the archive."""
    copier = copier_of(world, archive)
    await copier.step()
    before = await copied(archive)
    await world.store.call("FLUSHDB")
    with pytest.raises(Refusal, match="uninitialised"):
        await copier.step()

    assert before == await copied(archive)


async def test_a_store_that_has_lost_its_tail_takes_nothing_away(world: World, archive: Archive) -> None:
    """Rooms of an older copy of the store are not copied before the loss is dealt with."""
    copier = copier_of(world, archive)
    await copier.step()
    before = await copied(archive)
    await world.grant("ann", 5)
    await change_room(world.partitions, "main", RoomChange(title="Old"))
    await world.store.call("HSET", world.keys.totals, "n", 0, "h", "")

    assert 0 == await copier.step()
    assert before == await copied(archive)


async def test_a_partition_that_is_away_holds_up_no_other(parted: World, books: Archive) -> None:
    """What happens in the others is copied meanwhile and its own rooms stay; what happened there is copied later."""
    nova = NewRoom(id="third", title="Third", streamer=Payee("nova", "Nova"))
    copier = copier_of(parted, books)
    assert 2 == await copier.step()
    await open_room(parted.partitions, NewRoom(id="new", title="New", streamer=Payee("bob", "Bob")))
    await open_room(parted.partitions, nova)
    await change_room(parted.partitions, "main", RoomChange(title="Main again"))
    away = RoomCopier(parted.without(3), books, parted.now_ms)
    with pytest.raises(StoreError):
        await away.step()
    assert {"main": "Main again", "side": "Side", "new": "New"} == titles(await copied(books))

    totals = parted.partitions.rooms[3].keys.totals
    await parted.store.call("HSET", totals, "epoch", "another")
    await change_room(parted.partitions, "new", RoomChange(status="ended"))
    fresh = RoomCopier(parted.without(), books, parted.now_ms)
    for copies in (away, fresh):
        with pytest.raises((StoreError, Refusal)):
            await copies.step()
    assert {"main": "live", "side": "live", "new": "ended"} == {
        room: kept.status for room, kept in (await copied(books)).items()
    }
    await parted.store.call("HSET", totals, "epoch", EPOCH)
    assert [1, 0] == [await fresh.step() for _ in range(2)]
    assert {"main", "side", "new", "third"} == (await copied(books)).keys()


async def test_two_at_once_do_no_harm(world: World, archive: Archive) -> None:
    """Whoever copies, the archive has each room as it is."""
    one, other = copier_of(world, archive), copier_of(world, archive)
    assert [2, 0] == [await one.step(), await other.step()]
    for title in ("A", "B"):
        await change_room(world.partitions, "main", RoomChange(title=title))
        assert [1, 1] == [await one.step(), await other.step()]

    expected = msgspec.structs.replace((await world.rooms.get("main")), epoch="")
    assert expected == (await copied(archive))["main"]


async def test_what_overlays_go_by_is_copied(world: World, archive: Archive) -> None:
    """Settings and the moment before which addresses were given up are copied when they change."""
    copier = copier_of(world, archive)
    await copier.step()
    await rotate(world.standing, "main", 1_800_000_000_000)
    assert [1, 0] == [await copier.step() for _ in range(2)]
    (main,) = (kept.lasting for kept in await archive.read(rooms.some_rooms, "", 1))

    assert "1800000000000" == main.overlay["rotated"]


async def test_who_is_kept_out_is_copied(world: World, archive: Archive) -> None:
    """A ban is copied, and that it was lifted; what concerns single events is not, and changes nothing."""
    copier = copier_of(world, archive)
    await copier.step()
    await note_message_removed(world.standing, "main", "ann:1")
    assert 0 == await copier.step()
    for banned in (True, False):
        await put_ban(world.standing, "main", "ann", banned=banned)
        assert [1, 0] == [await copier.step() for _ in range(2)]
        (main,) = (kept.lasting for kept in await archive.read(rooms.some_rooms, "", 1))
        assert banned == ("b ann" in main.moderation)


async def test_what_has_not_changed_is_not_read_again(world: World, archive: Archive) -> None:
    """How rooms are kept in order is read where its version has changed, also of a room that began anew."""
    copier = copier_of(world, archive)
    await put_ban(world.standing, "main", "ann", banned=True)
    await copier.step()
    key = world.keys.moderation("main")
    await world.store.call("HSET", key, "b bob", 1)
    assert 0 == await copier.step()
    await put_ban(world.standing, "main", "cat", banned=True)
    assert 1 == await copier.step()
    (main,) = (kept.lasting for kept in await archive.read(rooms.some_rooms, "", 1))
    assert {"b ann", "b bob", "b cat"} == main.moderation.keys()

    await change_room(world.partitions, "main", RoomChange(status="ended"))
    await world.store.call("DEL", world.keys.room("main"))
    await open_room(world.partitions, NewRoom(id="main", title="New", streamer=Payee("nova", "Nova"), kind="live"))
    for user in ("dan", "eve"):
        await put_ban(world.standing, "main", user, banned=True)
    await copier.step()
    (main,) = (kept.lasting for kept in await archive.read(rooms.some_rooms, "", 1))
    assert {"b dan", "b eve"} == main.moderation.keys()
