from __future__ import annotations

import msgspec

from app.archive import rooms
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.archive.rooms import Lasting
from app.rules.rooms import Payee, Room
from tests.journal import Journal, gift, grant

MAIN = Room(
    id="main",
    title='A "title"\n \U0001f339',
    kind="live",
    status="live",
    streamer=Payee("sam", "Sam"),
    guests=(Payee("gil", "Gil"),),
)
SIDE = Room(id="side", title="Side", kind="video", status="live", streamer=Payee("sue", "Sue"))


async def test_rooms_come_back_as_they_last_were(archive: Archive) -> None:
    """Each property is kept as it was written last, what overlays go by, and who is kept out."""
    main, side = Lasting(MAIN, {"rotated": "7", "settings": '{"a": "b"}'}, {"b ann": "1"}), Lasting(SIDE)
    await archive.write(rooms.keep_rooms, [main, side], [], 5)
    later = Lasting(msgspec.structs.replace(MAIN, title="Later", guests=()), {"rotated": "8"})
    await archive.write(rooms.keep_rooms, [later], [], 9)

    assert {"main": later, "side": side} == await archive.read(rooms.live_rooms)
    assert [(later, 9, 0), (side, 5, 0)] == await archive.read(rooms.some_rooms, "", 10)
    assert [(side, 5, 0)] == await archive.read(rooms.some_rooms, "main", 10)
    assert [(later, 9, 0)] == await archive.read(rooms.some_rooms, "", 1)


async def test_what_is_decided_in_a_room_is_noted(archive: Archive) -> None:
    """Beside what the copy has, or taken out of it; a room that is not copied yet stays so."""
    await archive.write(rooms.keep_rooms, [Lasting(MAIN, {"rotated": "7"}, {"b ann": "1", "b bob": "2"})], [], 5)
    before = await archive.write(rooms.note_moderation, "main", {"b ann": "", "m cat": "9"})
    assert ({"b ann": "1", "m cat": ""}, {}) == (before, await archive.write(rooms.note_moderation, "x", {"b a": "3"}))

    expected = Lasting(MAIN, {"rotated": "7"}, {"b bob": "2", "m cat": "9"})
    assert {"main": expected} == await archive.read(rooms.live_rooms)


async def test_rooms_are_forgotten(archive: Archive) -> None:
    """Those that are gone at once, those that have ended after a while; live ones never."""
    main, ended = Lasting(MAIN), Lasting(msgspec.structs.replace(SIDE, status="ended"))
    await archive.write(rooms.keep_rooms, [main, ended, Lasting(msgspec.structs.replace(SIDE, id="other"))], [], 5)
    await archive.write(rooms.keep_rooms, [], ["other", "nothing"], 6)

    assert {"main": main} == await archive.read(rooms.live_rooms)
    assert [0, 1] == [await archive.write(rooms.forget_ended, before_ms) for before_ms in (5, 6)]
    assert [(main, 5, 0)] == await archive.read(rooms.some_rooms, "", 10)


async def test_the_place_of_the_last_gift_is_known(archive: Archive) -> None:
    """A room has the offset of the last of its gifts that is archived, whether it is greater or not."""
    journal, recorder = Journal(), Recorder("e1", lambda card: 1000)
    journal.write(grant("ann", 100))
    journal.write(gift("ann", "sam", 1, offset=7), gift("ann", "sam", 1, offset=9), gift("ann", "sue", 1, room="side"))
    await archive.write(recorder.record, journal.placed)
    await archive.write(rooms.keep_rooms, [Lasting(MAIN), Lasting(SIDE)], [], 5)
    assert [9, 1] == [room.gift_offset for room in await archive.read(rooms.some_rooms, "", 10)]
    await archive.write(recorder.record, journal.write(gift("ann", "sam", 1, offset=2)))

    assert [2, 1] == [room.gift_offset for room in await archive.read(rooms.some_rooms, "", 10)]
