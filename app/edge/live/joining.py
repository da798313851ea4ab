"""How a connection gets into a room's stream with nothing missing and nothing twice: welcome, resume, resync."""

from __future__ import annotations

import asyncio
import logging
import traceback
from typing import Protocol

import msgspec
import orjson

from app.base.errors import CloseCode, Refusal, StoreError, unavailable
from app.base.log import Throttle
from app.edge.live.frames import text_frame
from app.edge.live.live_room import LiveRoom
from app.edge.live.session import Place, Session
from app.rules import levels
from app.rules.commands import Resume
from app.rules.messages import RECENT_MAX
from app.store.client import reason_of
from app.store.partitions import Partitions
from app.store.rooms import EVENT_JOIN, Picture

RESUME_CHUNKS = 400
RESUME_BYTES = 768 * 1024
RETRY_S, AWAY_S = 0.25, 10.0

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Seats(Protocol):
    """What joining needs of the worker: its rooms and its clock."""

    async def open(self, room_id: str) -> LiveRoom:
        """The room on this worker."""

    def hold(self, session: Session, live: LiveRoom) -> None:
        """Keeps a room open for a session that is about to join it."""

    def server_ms(self) -> int:
        """Milliseconds since 1970."""


class Joiner:
    """Admits sessions. The last step of each admission is synchronous, so that no event can fall between."""

    def __init__(self, seats: Seats, partitions: Partitions, catalogue_version: int, heartbeat_s: int) -> None:
        self._seats = seats
        self._partitions = partitions
        self._catalogue_version = catalogue_version
        self._heartbeat_s = heartbeat_s

    async def welcome(self, session: Session, resume: Resume | None) -> None:
        """Answers a hello. While the store is away it is tried again for a while, then the client is to reconnect."""
        try:
            await self._until_welcomed(session, resume)
        except Refusal as refusal:
            session.refuse(refusal, None)
            gone = refusal.slug == "room_not_found"
            session.close(CloseCode.ROOM_NOT_FOUND if gone else CloseCode.OVERLOADED, refusal.slug)
        except Exception:
            # Without this the client would wait for its welcome for ever.
            session.close(CloseCode.OVERLOADED, "an error of ours")
            throttle.say(logging.ERROR, "welcome", "a welcome failed:\n%s", traceback.format_exc())

    async def _until_welcomed(self, session: Session, resume: Resume | None) -> None:
        loop = asyncio.get_running_loop()
        until_s = loop.time() + AWAY_S
        while session.place is not Place.GONE:
            try:
                # Several sessions may wait for the same room: a timeout of one must not cancel it for the others.
                async with asyncio.timeout_at(until_s):
                    live = await self._seats.open(session.room_id)
                    self._seats.hold(session, live)
                    if not await live.overlays.admits(session):
                        session.close(CloseCode.UNAUTHORIZED, "this address was given up")
                        return
                    if not live.moderation.admits(session):
                        session.turn_away(Refusal("banned", "You were removed from this room."))
                        return
                    if resume is None or not await self._resume(session, live, resume):
                        await self._admit(session, live, "welcome")
                    return
            except TimeoutError:
                raise unavailable("away") from None
            except StoreError as error:
                if loop.time() + RETRY_S > until_s:
                    raise unavailable(reason_of(error)) from None
                await asyncio.sleep(RETRY_S)

    async def resync(self, session: Session) -> None:
        """Gives a session that lost its place a new picture; the events go on from there."""
        try:
            live = session.live
            if live is not None and session.place is not Place.GONE:
                await self._admit(session, live, "resync")
        except Refusal as refusal:
            log.info("a resync failed: %s", refusal)
            gone = refusal.slug == "room_not_found"
            session.close(CloseCode.ROOM_NOT_FOUND if gone else CloseCode.RESYNC_NEEDED, refusal.slug)
        except StoreError as error:
            log.info("a resync failed: %s", error)
            session.close(CloseCode.RESYNC_NEEDED, "connect again")

    async def _admit(self, session: Session, live: LiveRoom, kind: str) -> None:
        balance = await self._balance(session)
        picture = await live.picture()
        while True:
            await live.reach(picture.offset)
            events = live.after(picture.offset)
            if events is not None and picture.offset <= live.offset and picture.room.epoch == live.room.epoch:
                break
            picture = await live.picture(fresh=True)
        self._seat(
            session, live, kind, picture.offset, balance, events, snapshot_json(picture, live.moderation.known.removed)
        )

    async def _resume(self, session: Session, live: LiveRoom, resume: Resume) -> bool:
        """Goes on where the client was; False where the events between are not to be had."""
        if resume.epoch != live.room.epoch:
            return False
        balance = await self._balance(session)
        if resume.offset > live.tail:
            await asyncio.shield(live.heal())
            if resume.offset > live.tail:
                return False
        position, parts, size = resume.offset, [], 0
        while True:
            await live.reach(position)
            rest = live.after(position)
            if rest is not None:
                break
            chunks = await live.rooms.events_after(live.id, position, RESUME_CHUNKS)
            if not chunks or chunks[0].first > position + 1:
                return False
            for chunk in chunks:
                parts.append(chunk.after(position))
                position = chunk.last
            size = sum(map(len, parts))
            if size > RESUME_BYTES:
                return False
        if position > live.offset or resume.epoch != live.room.epoch:
            # The room got a new epoch while its log was read.
            return False
        if rest:
            parts.append(rest)
        self._seat(session, live, "welcome", resume.offset, balance, b",".join(parts), None)
        return True

    async def _balance(self, session: Session) -> bytes:
        assert session.person is not None
        if session.person.role == "overlay":
            return b"null"
        user = session.person.sub
        (wallet,) = await self._partitions.of(user).wallets([user])
        if session.user is not None:
            session.user.reach(levels.load().of(wallet.given))
            session.user.limited = wallet.limited
        return b'{"coins":%d,"version":%d}' % (wallet.coins, wallet.version)

    def _seat(
        self,
        session: Session,
        live: LiveRoom,
        kind: str,
        offset: int,
        balance: bytes,
        events: bytes,
        snapshot: bytes | None,
    ) -> None:
        """Writes the welcome (events from `offset` on follow in the same frame) and makes the session a member.

        A recovered client keeps the state it has: its welcome brings no snapshot.
        """
        if session.place is Place.GONE or session.wire is None or session.person is None:
            return
        person, room = session.person, live.room
        user_view: dict[str, str | int] = {"id": person.sub, "name": person.name, "role": person.role}
        if session.user is not None and session.user.level:
            user_view["level"] = session.user.level
        if session.user is not None and session.user.limited:
            user_view["limited"] = True
        message = (
            b'{"type":"%s","protocol":1,"server_ms":%d,"user":%s,"room":%s,"epoch":"%s","offset":%d,"recovered":%s,'
            b'"snapshot":%s,"balance":%s,"catalogue_version":%d,"heartbeat_s":%d}'
        ) % (
            kind.encode(),
            self._seats.server_ms(),
            orjson.dumps(user_view),
            msgspec.json.encode(room.public(live.viewers_everywhere)),
            room.epoch.encode(),
            offset,
            b"false" if snapshot else b"true",
            snapshot or b"null",
            balance,
            self._catalogue_version,
            self._heartbeat_s,
        )
        more = (b"," + events if events else b"") + live.overlays.greeting(session)
        more += live.moderation.greeting(session)
        session.wire.write(text_frame(b"[" + message + more + b"]"))
        live.members.add(session)
        session.seated()


def snapshot_json(picture: Picture, wordless: frozenset[str] = frozenset()) -> bytes:
    """The `snapshot` of a welcome; gifts with these ids are shown without their words."""
    gifts: list[bytes] = []
    for chunk in reversed(picture.recent):
        events = chunk.events.split(EVENT_JOIN)
        gifts += [event for event in reversed(events) if event.startswith(b'{"type":"gift_sent"')]
        if len(gifts) >= RECENT_MAX:
            break
    if wordless:
        gifts = [_without_words(gift, wordless) for gift in gifts]
    return b'{"leaderboard":%s,"coins_total":%d,"recent":[%s],"streaks":%s,"streaks_more":%d,"goal":%s}' % (
        picture.board,
        picture.coins_total,
        b",".join(reversed(gifts[:RECENT_MAX])),
        picture.streaks,
        picture.streaks_more,
        picture.goal,
    )


def _without_words(event: bytes, wordless: frozenset[str]) -> bytes:
    gift = orjson.loads(event)
    if gift["id"] in wordless and gift.pop("message", None) is not None:
        return orjson.dumps(gift)
    return event
