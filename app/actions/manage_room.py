"""Opening, changing and ending rooms."""

from __future__ import annotations

import secrets
from typing import Annotated

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from app.base.errors import Refusal
from app.rules.rooms import GUESTS_MAX, Kind, Media, Payee, Room, RoomId, Status, Title
from app.rules.texts import one_line, seen
from app.store.partitions import Partitions

# Its socket would have the address of the guardians'.
GUARDIANS = "guardian"
Guests = Annotated[tuple[Payee, ...], Meta(max_length=GUESTS_MAX)]


class NewRoom(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/rooms."""

    id: RoomId
    title: Title
    streamer: Payee
    kind: Kind = "live"
    guests: Guests = ()
    promotable: bool = True
    media: Media | None = None


class RoomChange(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The body of PATCH /v1/rooms/{id}: what is left out stays as it is."""

    title: Title | UnsetType = UNSET
    status: Status | UnsetType = UNSET
    guests: Guests | UnsetType = UNSET
    promotable: bool | UnsetType = UNSET
    media: Media | UnsetType | None = UNSET


async def open_room(partitions: Partitions, new: NewRoom) -> tuple[Room, bool]:
    """The room, live, and whether this call created it. One that is live already is left as it is.

    Raises:
        Refusal: `bad_request` for an id that is kept, a title or a name that is blank or a live room's `media`, or
            `uninitialised`.
    """
    if new.id == GUARDIANS:
        raise Refusal("bad_request", f"No room is called {GUARDIANS}: its socket is the guardians'.")
    room = Room(
        id=new.id,
        title=seen("title", one_line(new.title)),
        kind=new.kind,
        status="live",
        streamer=_shown(new.streamer),
        guests=tuple(map(_shown, new.guests)),
        promotable=new.promotable,
        media=_fitting(new.kind, new.media),
    )
    rooms = await partitions.place(room.id, room.streamer.id)
    # A room's epoch only has to differ from any it had before.
    result = await rooms.open(room, secrets.token_hex(6), _changed(room))
    await partitions.keep(room.id)
    return await rooms.get(new.id), result == "created"


async def change_room(partitions: Partitions, room_id: str, change: RoomChange) -> Room:
    """The room after the change; ending it ends its running streaks.

    Raises:
        Refusal: `room_not_found`, `uninitialised`, or `bad_request` as for a new room.
    """
    rooms = await partitions.at(room_id)
    before = await rooms.get(room_id)
    values = msgspec.structs.asdict(change)
    values = {name: value for name, value in values.items() if value is not UNSET}
    if "title" in values:
        values["title"] = seen("title", one_line(values["title"]))
    if "guests" in values:
        values["guests"] = tuple(map(_shown, values["guests"]))
    if "media" in values:
        _fitting(before.kind, values["media"])
    room = msgspec.structs.replace(before, **values)
    if room.status == "live" and before.status == "ended":
        await rooms.open(room, before.epoch, _changed(room))
        await partitions.keep(room_id)
    if room != before:
        flat = {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in values.items()
        }
        await rooms.change(room_id, _changed(room), flat)
    if room.status == "ended":
        await partitions.ended(room_id)
        if running := await rooms.running_streaks(room_id):
            await rooms.end_streaks(room_id, running, running_too=True)
    return room


def _fitting(kind: Kind, media: Media | None) -> Media | None:
    if media is not None and kind != "video":
        raise Refusal("bad_request", "A live room has no media; open one of the kind video.")
    return media


def _shown(payee: Payee) -> Payee:
    return msgspec.structs.replace(payee, name=seen("name", one_line(payee.name)))


def _changed(room: Room) -> str:
    # Viewers are counted by the workers, which add the number where they show the room.
    return f',"room":{msgspec.json.encode(room.public(0)).decode()}}}'
