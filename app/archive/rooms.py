"""Rooms' lasting properties, copied from the store: what brings them back where it has lost them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Index, String, Table, delete, func, select, update

from app.archive import bulk
from app.archive.schema import GIFT_OFFSETS, METADATA, key, long, text
from app.rules.rooms import Room

# `at_ms` is when the room was last found to have changed.
ROOMS = Table(
    "rooms",
    METADATA,
    key("room", String()),
    *(text("status"), long("at_ms"), text("payload")),
    Index("rooms_status", "status", "at_ms"),
)


class Lasting(msgspec.Struct, frozen=True):
    """What lasts of a room: its properties without their epoch, and in which partition it is.

    What its overlays go by and how it is kept in order are as the store has them.
    """

    room: Room
    overlay: dict[str, str] = {}
    moderation: dict[str, str] = {}
    partition: int = 0


class Kept(NamedTuple):
    """A room, when it had last changed, and where the last of its gifts that is archived stands in its events."""

    lasting: Lasting
    at_ms: int
    gift_offset: int


def keep_rooms(connection: Connection, rooms: Iterable[Lasting], gone: Sequence[str], now_ms: int) -> None:
    """Writes down rooms as they are now, and forgets those that are gone."""
    bulk.put(connection, ROOMS, [(one.room.id, one.room.status, now_ms, _payload(one)) for one in rooms])
    for room in gone:
        connection.execute(delete(ROOMS).where(ROOMS.c.room == room))


def note_moderation(connection: Connection, room: str, values: Mapping[str, str]) -> dict[str, str]:
    """Writes down what is being decided in a room, as the store will have it; what stood there before.

    '' stands for nothing. A room that is not copied yet is left to whoever copies it.
    """
    payload = connection.scalar(select(ROOMS.c.payload).where(ROOMS.c.room == room).with_for_update())
    if payload is None:
        return {}
    before = _lasting(payload)
    moderation = {field: value for field, value in {**before.moderation, **values}.items() if value}
    after = _payload(msgspec.structs.replace(before, moderation=moderation))
    connection.execute(update(ROOMS).where(ROOMS.c.room == room).values(payload=after))
    return {field: before.moderation.get(field, "") for field in values}


def forget_ended(connection: Connection, before_ms: int) -> int:
    """Forgets rooms that ended before that time; how many."""
    old = (ROOMS.c.status == "ended", ROOMS.c.at_ms < before_ms)
    return connection.execute(delete(ROOMS).where(*old)).rowcount


def live_rooms(connection: Connection) -> dict[str, Lasting]:
    """The rooms that are live, as they were written down."""
    payloads = connection.scalars(select(ROOMS.c.payload).where(ROOMS.c.status == "live"))
    return {lasting.room.id: lasting for lasting in map(_lasting, payloads)}


def some_rooms(connection: Connection, after: str, limit: int) -> list[Kept]:
    """The next rooms behind the one of that id, by their ids."""
    query = select(ROOMS.c.payload, ROOMS.c.at_ms, func.coalesce(GIFT_OFFSETS.c.last, 0))
    query = query.outerjoin(GIFT_OFFSETS, GIFT_OFFSETS.c.room == ROOMS.c.room).where(ROOMS.c.room > after)
    rows = connection.execute(query.order_by(ROOMS.c.room).limit(limit))
    return [Kept(_lasting(payload), at_ms, offset) for payload, at_ms, offset in rows]


def _payload(lasting: Lasting) -> str:
    return msgspec.json.encode(lasting).decode()


def _lasting(payload: str) -> Lasting:
    return msgspec.json.decode(payload, type=Lasting)
