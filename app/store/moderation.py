"""How rooms are kept in order, in the store: judged there by the scripts of gifts and comments, read by all workers.

The room's channel carries a `~` alone where something has changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import msgspec

from app.base.errors import Refusal, refusal_of
from app.rules.moderation import (
    HELD_MAX,
    PEOPLE_MAX,
    REMOVED_MAX,
    HeldComment,
    Moderation,
    ModerationSettings,
)
from app.store.rooms import EVENT_JOIN, Rooms, read_message
from app.store.standing import Standing

FOR_MODERATION = b"~"
# Comments that wait, and gifts without their words: they go with the events of the room.
PASSING = ("h ", "x ")

_encode = msgspec.json.Encoder().encode


class LastingModeration(NamedTuple):
    """What lasts of what was decided in a room, as it is kept.

    `version` is the room's epoch, and what each change of it counts up; None where nothing was ever decided.
    """

    version: tuple[bytes, bytes] | None = None
    values: Mapping[str, str] = {}


NOTHING = LastingModeration()


async def read_moderation(standing: Standing, room: str) -> Moderation:
    """What was decided in a room. Raises StoreError as Store.call does."""
    values = await standing.store.call("HGETALL", standing.keys.moderation(room))
    kinds: dict[str, dict[str, bytes]] = {kind: {} for kind in "mbhx"}
    for field, value in values.items():
        kind, _, name = field.decode().partition(" ")
        if name:
            kinds[kind][name] = value
    held = (msgspec.json.decode(text, type=HeldComment) for text in kinds["h"].values())
    return Moderation(
        msgspec.json.decode(values.get(b"settings", b"{}"), type=ModerationSettings),
        {user: int(until_ms) for user, until_ms in kinds["m"].items()},
        frozenset(kinds["b"]),
        tuple(sorted(held, key=lambda comment: comment.at_ms)),
        frozenset(kinds["x"]),
    )


async def lasting_moderation(
    standing: Standing, rooms: Sequence[str], known: Mapping[str, LastingModeration]
) -> dict[str, LastingModeration]:
    """What was decided in these rooms, read where it has another version. Raises StoreError as Store.call does."""
    call, keys = standing.store.call, standing.keys
    marks = await asyncio.gather(*(call("HMGET", keys.room(room), "epoch", "moderated") for room in rooms))
    versions = {room: (epoch, count) if count else None for room, (epoch, count) in zip(rooms, marks, strict=True)}
    found = {room: known.get(room, NOTHING) for room in rooms}
    # A change that comes in between is read twice: its version comes with the next call.
    changed = [room for room in rooms if found[room].version != versions[room]]
    read = await asyncio.gather(*(call("HGETALL", keys.moderation(room)) for room in changed))
    for room, values in zip(changed, read, strict=True):
        texts = ((name.decode(), value.decode()) for name, value in values.items())
        lasting = {name: text for name, text in texts if not name.startswith(PASSING)}
        found[room] = LastingModeration(versions[room], lasting)
    return found


def mute_values(user: str, until_ms: int | None) -> dict[str, str]:
    """As it is kept that somebody is muted until then, or not any more."""
    return {f"m {user}": "" if until_ms is None else str(until_ms)}


def ban_values(user: str, since_ms: int | None) -> dict[str, str]:
    """As it is kept that somebody is kept out since then, or not any more."""
    return {f"b {user}": "" if since_ms is None else str(since_ms)}


def settings_values(settings: ModerationSettings) -> dict[str, str]:
    """As a room's settings are kept; the scripts read what they need."""
    return {
        "settings": _encode(settings).decode(),
        "slow_ms": str(settings.slow_s * 1000),
        "quiet": "1" if settings.comments is False else "0",
        "muted_may_gift": "1" if settings.muted_may_gift else "0",
    }


async def put_decided(standing: Standing, room: str, values: Mapping[str, str]) -> bool:
    """Keeps what was decided in a room, of one kind, and tells of it; False where nothing was to be taken out.

    Raises:
        Refusal: `room_not_found`, `uninitialised`; `too_many_kept_out`.
        StoreError: as Store.call raises it.
    """
    kind, _, person = next(iter(values)).partition(" ")
    flat = (part for pair in values.items() for part in pair)
    return await _change(standing, room, kind if person else "", PEOPLE_MAX if person else 0, *flat)


async def put_held(standing: Standing, room: str, comment: HeldComment) -> None:
    """Has a comment wait. Raises `overloaded` where too many do."""
    try:
        await _change(standing, room, "h", HELD_MAX, f"h {comment.id}", _encode(comment))
    except Refusal as refusal:
        raise Refusal("overloaded") if refusal.slug == "too_many_kept_out" else refusal from None


async def find_held(standing: Standing, room: str, comment_id: str) -> HeldComment:
    """A comment that waits. Raises Refusal `unknown_comment`."""
    text = await standing.store.call("HGET", standing.keys.moderation(room), f"h {comment_id}")
    if text is None:
        raise Refusal("unknown_comment")
    return msgspec.json.decode(text, type=HeldComment)


async def take_held(standing: Standing, room: str, comment_id: str) -> None:
    """Has it wait no more; nobody else takes it too. Raises Refusal `unknown_comment`."""
    if not await _change(standing, room, "", 0, f"h {comment_id}", ""):
        raise Refusal("unknown_comment")


async def note_message_removed(standing: Standing, room: str, gift_id: str) -> None:
    """A gift is shown without its words from now on."""
    await _change(standing, room, "x", REMOVED_MAX, f"x {gift_id}", standing.clock())


async def say_message_removed(rooms: Rooms, room: str, gift_id: str) -> None:
    """Tells the room so. Raises Refusal `room_not_found` or `uninitialised`."""
    keys = rooms.keys
    names = [keys.totals, keys.room(room), keys.log(room)]
    fields = f',"id":{_encode(gift_id).decode()}}}'
    answer: bytes = await rooms.standing.run("say_removed", names, keys.channel(room), fields)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())


async def comment_text(rooms: Rooms, room: str, comment_id: str) -> str:
    """What a comment says, as far as the room's log still has it; '' where it has not."""
    offset = await rooms.store.call("ZSCORE", rooms.keys.comments(room), comment_id)
    if offset is None:
        return ""
    found = await rooms.store.call("XRANGE", rooms.keys.log(room), f"{int(float(offset))}-0", "+", "COUNT", 1)
    wanted = b'"id":' + _encode(comment_id)
    for _, (_, message) in found:
        for event in read_message(message)[1].events.split(EVENT_JOIN):
            if event.startswith(b'{"type":"comment_posted"') and wanted in event:
                return str(msgspec.json.decode(event)["text"])
    return ""


async def _change(standing: Standing, room: str, kind: str, most: int, *pairs: str | bytes | int) -> bool:
    keys = standing.keys
    names = [keys.totals, keys.room(room), keys.moderation(room)]
    answer: bytes = await standing.run("change_moderation", names, keys.channel(room), kind, most, *pairs)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
    return answer == b"changed"
