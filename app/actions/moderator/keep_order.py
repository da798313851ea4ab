"""A room is kept in order by its streamer, its moderators and the platform: each act is written down, then done."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import orjson
from msgspec.structs import replace

from app.actions.send_comment import remove_comment
from app.archive import moderation as archived
from app.archive.archive import Archive, Connection
from app.archive.rooms import note_moderation
from app.base.errors import Refusal, refusal_of
from app.rules.audit_log import Act
from app.rules.moderation import HeldComment, ModerationChange, ModerationSettings, refusal_in
from app.rules.tokens import known_user_id
from app.store import moderation
from app.store.room_gifts import find_gift
from app.store.rooms import Comment, Rooms


class Desk(NamedTuple):
    """Where it is done, who does it, why and when."""

    rooms: Rooms
    archive: Archive
    room: str
    by: str
    reason: str
    now_ms: int

    async def write_down(self, what: str, whom: str, text: str = "") -> None:
        """Before it is done: what cannot be written down is not done. Raises ArchiveError."""
        await self.archive.write(archived.append, self.room, self._act(what, whom), text, self.now_ms)

    async def decide(self, what: str, whom: str, values: Mapping[str, str]) -> None:
        """Writes down what is decided and has the store keep `values`. Raises as `mute` does.

        The archive has them first: what was decided a moment before the store is lost comes back with the room.
        """
        before = await self.archive.write(_decide, self.room, self._act(what, whom), values, self.now_ms)
        try:
            await moderation.put_decided(self.rooms.standing, self.room, values)
        except Refusal:
            await self.archive.write(note_moderation, self.room, before)
            raise

    def _act(self, what: str, whom: str) -> Act:
        return Act(self.by, what, whom, self.reason, f"room {self.room}")


async def mute(desk: Desk, user: str, seconds: int) -> int:
    """Mutes somebody from now on; until when.

    Raises:
        Refusal: `bad_request` or `forbidden` for whom nobody can mute; `room_not_found`, `too_many_kept_out`.
        ArchiveError: it cannot be written down, and is not done.
        StoreError: the store cannot be used now.
    """
    await _check(desk, user)
    until_ms = desk.rooms.standing.clock() + seconds * 1000
    await desk.decide("mute", user, moderation.mute_values(user, until_ms))
    return until_ms


async def unmute(desk: Desk, user: str) -> None:
    """Lets somebody speak again. Raises as `mute` does."""
    await _check(desk, user)
    await desk.decide("unmute", user, moderation.mute_values(user, None))


async def ban(desk: Desk, user: str, *, banned: bool) -> None:
    """Keeps somebody out of the room, or lets them in again. Raises as `mute` does."""
    await _check(desk, user)
    since_ms = desk.rooms.standing.clock() if banned else None
    await desk.decide("room_ban" if banned else "room_unban", user, moderation.ban_values(user, since_ms))


async def change_settings(desk: Desk, change: ModerationChange) -> ModerationSettings:
    """Changes how the room is moderated: what it is then. Raises as `mute` does."""
    values = change.values()
    await desk.rooms.get(desk.room)
    before = await moderation.read_moderation(desk.rooms.standing, desk.room)
    settings = replace(before.settings, **values)
    reason = orjson.dumps({name: value for name, value in values.items() if name != "words"}).decode()
    told = desk._replace(reason=desk.reason or reason)
    await told.decide("moderation", desk.room, moderation.settings_values(settings))
    return settings


async def take_comment(desk: Desk, comment_id: str) -> None:
    """Removes a comment; its text is kept for appeals. Raises as `mute` and `remove_comment` do."""
    text = await moderation.comment_text(desk.rooms, desk.room, comment_id)
    if await remove_comment(desk.rooms, desk.room, comment_id, desk.now_ms):
        # Afterwards: whether there is such a comment, only the removal itself tells.
        await desk.write_down("remove_comment", comment_id.partition(":")[0], text)


async def take_message(desk: Desk, gift_id: str) -> None:
    """Takes the words off a gift; they are kept for appeals. Raises as `mute` does, or `unknown_gift_send`."""
    await desk.rooms.get(desk.room)
    gift = await find_gift(desk.rooms, desk.room, gift_id)
    if not isinstance(gift.message, str):
        raise Refusal("no_shout_out")
    await desk.write_down("remove_message", gift.sender.id or "", gift.message)
    await moderation.note_message_removed(desk.rooms.standing, desk.room, gift_id)
    await moderation.say_message_removed(desk.rooms, desk.room, gift_id)


async def decide_held(desk: Desk, comment_id: str, *, approve: bool) -> None:
    """Posts a comment that waited, or drops it. What cannot be posted waits on; of two that decide at once, one does.

    Raises:
        Refusal: `unknown_comment`, or why it cannot be posted; else as `mute` does.
    """
    standing = desk.rooms.standing
    held = await moderation.find_held(standing, desk.room, comment_id)
    await desk.write_down("approve_comment" if approve else "drop_comment", held.id.partition(":")[0], held.text)
    if not approve:
        await moderation.take_held(standing, desk.room, comment_id)
        return
    (result,) = await desk.rooms.post([comment_of(desk.room, held)], desk.now_ms)
    if result[:1] == b"R":
        answer = result[1:].decode()
        raise refusal_in(answer) or refusal_of(answer)


def comment_of(room: str, held: HeldComment) -> Comment:
    """The comment as it is posted."""
    sender, text = orjson.dumps(held.sender).decode(), orjson.dumps(held.text).decode()
    fields = f',"id":"{held.id}","sender":{sender},"text":{text}}}'
    return Comment(room, held.id, fields, held.id.partition(":")[0], is_free=True, was_held=True)


def _decide(connection: Connection, room: str, act: Act, values: Mapping[str, str], now_ms: int) -> dict[str, str]:
    archived.append(connection, room, act, "", now_ms)
    return note_moderation(connection, room, values)


async def _check(desk: Desk, user: str) -> None:
    known_user_id(user)
    room = await desk.rooms.get(desk.room)
    if user == room.streamer.id:
        raise Refusal("forbidden", "It is this person's room.")
