"""Rooms' overlays in the store: what they go by, what they are told, which of them are connected.

The room's channel carries a `!` alone where the settings have changed, and with a message for the overlays behind it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import msgspec

from app.base.errors import refusal_of
from app.rules.overlays import SOURCES_MAX, ConnectedSource, Overlay, OverlaySettings
from app.rules.shout_outs import ShoutOutSettings
from app.store.standing import Standing

FOR_OVERLAYS = b"!"
SOURCES_GOOD_FOR_MS = 5_000


async def read_overlay(standing: Standing, room: str) -> Overlay:
    """What the room's overlays go by. Raises StoreError as Store.call does."""
    values = await standing.store.call("HGETALL", standing.keys.overlay(room))
    settings = msgspec.json.decode(values.get(b"settings", b"{}"), type=OverlaySettings)
    shout_outs = msgspec.json.decode(values.get(b"shout_outs", b"{}"), type=ShoutOutSettings)
    return Overlay(
        version=int(values.get(b"version", 0)),
        rotated_ms=int(values.get(b"rotated", 0)),
        settings=msgspec.structs.replace(settings, paused=values.get(b"paused") == b"1", shout_outs=shout_outs),
    )


async def overlays_of(standing: Standing, rooms: Sequence[str]) -> list[dict[str, str]]:
    """All that is kept of the overlays of these rooms, as it is. Raises StoreError as Store.call does."""
    call, key = standing.store.call, standing.keys.overlay
    found = await asyncio.gather(*(call("HGETALL", key(room)) for room in rooms))
    return [{name.decode(): value.decode() for name, value in values.items()} for values in found]


async def put_settings(standing: Standing, room: str, settings: OverlaySettings) -> None:
    """Keeps settings, and tells of them. Raises Refusal `room_not_found` or `uninitialised`."""
    text = msgspec.json.encode(settings)
    await _change(standing, room, 0, "settings", text, "paused", "1" if settings.paused else "0")


async def put_paused(standing: Standing, room: str, *, paused: bool) -> None:
    """The same for one of them alone, whatever the others are."""
    await _change(standing, room, 0, "paused", "1" if paused else "0")


async def put_shout_outs(standing: Standing, room: str, settings: ShoutOutSettings) -> None:
    """The same for how shout-outs are read out."""
    await _change(standing, room, 0, "shout_outs", msgspec.json.encode(settings))


async def rotate(standing: Standing, room: str, now_ms: int) -> Overlay:
    """Ends all addresses that were made up to now. Raises as `put_settings` does."""
    await _change(standing, room, now_ms)
    return await read_overlay(standing, room)


async def tell_overlays(standing: Standing, room: str, message: bytes) -> None:
    """Tells those that are connected now. Raises StoreError as Store.call does."""
    await standing.store.publish(standing.keys.channel(room), FOR_OVERLAYS + message)


async def report_sources(standing: Standing, worker: str, rooms: dict[str, list[ConnectedSource]]) -> None:
    """Notes which overlays a worker has; what is not said again is forgotten after a while."""
    now_ms, calls = standing.clock(), []
    for room, sources in rooms.items():
        key = standing.keys.sources(room)
        if sources:
            note = msgspec.json.encode((now_ms, sources[:SOURCES_MAX]))
            calls.append(standing.store.call("HSET", key, worker, note))
            calls.append(standing.store.call("PEXPIRE", key, SOURCES_GOOD_FOR_MS))
        else:
            calls.append(standing.store.call("HDEL", key, worker))
    # All rooms in one way there and back, and in this order.
    await asyncio.gather(*calls)


async def read_sources(standing: Standing, room: str) -> list[ConnectedSource]:
    """The overlays that the workers have noted lately, those of all of them, the oldest first."""
    notes = await standing.store.call("HGETALL", standing.keys.sources(room))
    found: list[ConnectedSource] = []
    for note in notes.values():
        at_ms, sources = msgspec.json.decode(note, type=tuple[int, list[ConnectedSource]])
        if at_ms >= standing.clock() - SOURCES_GOOD_FOR_MS:
            found += sources
    return sorted(found, key=lambda source: source.since_ms)[:SOURCES_MAX]


async def _change(standing: Standing, room: str, rotated_ms: int, *pairs: str | bytes) -> None:
    keys = standing.keys
    names = [keys.totals, keys.room(room), keys.overlay(room)]
    answer: bytes = await standing.run("change_overlay", names, keys.channel(room), rotated_ms, *pairs)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
