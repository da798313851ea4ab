"""A worker's rooms, people and connections, and what happens to them by the clock."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any

from app.actions.send_comment import CommentSender
from app.actions.send_gift import GiftSender
from app.base.clock import Clock, now_ms
from app.base.config import Settings
from app.base.errors import CloseCode, Refusal
from app.base.metrics import Metrics
from app.edge.barred import BarredHere
from app.edge.live.courtesy import Courtesy
from app.edge.live.joining import Joiner
from app.edge.live.live_room import LiveRoom
from app.edge.live.people import People
from app.edge.live.session import Place, Session
from app.edge.live.turns import Turns
from app.edge.live.wheel import Wheel
from app.edge.rates import SharedRates
from app.rules.catalogue import Catalogue
from app.rules.commands import Hello, SendComment, SendGift
from app.rules.moderation import keeps_in_order
from app.rules.overlays import ConnectedSource, Source
from app.rules.rooms import known_room_id
from app.rules.tariff import Tariff
from app.rules.terms import GiftTerms
from app.rules.tokens import Person, verify
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.rooms import Picture, Rooms
from app.store.subscriber import Subscriber

HELLO_S = 5.0
LISTEN_S = 5.0
BEHIND_S = 10.0
ROOM_KEPT_S = 5.0


class Hub:
    """All rooms, users and connections of one worker. Sessions pass on to it what concerns more than themselves."""

    def __init__(
        self,
        settings: Settings,
        partitions: Partitions,
        moves: Moves,
        catalogue: Catalogue,
        tariff: Tariff,
        subscriber: Subscriber,
        metrics: Metrics,
        rates: SharedRates,
        now_s: Callable[[], float],
    ) -> None:
        self.settings = settings
        self.partitions = partitions
        self.metrics = metrics
        # Clients make their ids by the ledger's time. Tokens are signed and checked by ordinary clocks.
        self.server_ms: Clock = partitions.clock
        self.wall_ms: Clock = now_ms
        self.now_s = now_s
        self.rates = rates
        self.command_rate = settings.command_rate
        self.live: dict[str, LiveRoom] = {}
        # The same by partition.
        self.live_at: tuple[dict[str, LiveRoom], ...] = tuple({} for _ in partitions.rooms)
        self.people = People()
        self.sessions = Wheel(settings.heartbeat_s)
        self.turns = Turns()
        self.draining = False
        self.behind_sessions: set[Session] = set()
        self.new_sessions: deque[tuple[float, Session]] = deque()
        terms = self.terms = GiftTerms(
            catalogue.version,
            tariff,
            settings.country,
            settings.fixed_award_ppm,
            settings.video_gift_prices,
            settings.minors,
        )
        told = self.people.wallet_moved
        self.gifts = GiftSender(partitions, moves, catalogue, terms, self.server_ms, metrics, told, settings.workers)
        self.comments = tuple(CommentSender(rooms, self.server_ms) for rooms in partitions.rooms)
        self.barred = BarredHere(partitions, self.people.bar)
        self._joiner = Joiner(self, partitions, catalogue.version, settings.heartbeat_s)
        self._subscriber = subscriber
        self._heard = self._channels()
        self._rooms_heard: dict[str, LiveRoom] = {}
        self._courtesy = Courtesy()
        self._opening: dict[str, asyncio.Future[LiveRoom]] = {}
        self._replying: list[Session] = []
        self._tasks: set[asyncio.Task[None]] = set()

    # Connections.

    def connect(self, make: Callable[[], Session], *, crowded: bool = False) -> Session:
        """A session, as it is made for a new connection; `crowded` says that its address has too many.

        Raises:
            Refusal: `overloaded` (too many from one address).
        """
        if crowded:
            raise Refusal("overloaded", "There are too many connections from this address.")
        session = make()
        self.sessions.add(session)
        self.new_sessions.append((self.now_s(), session))
        self.metrics.connections.set(len(self.sessions))
        return session

    def hello(self, session: Session, command: Hello) -> None:
        """Lets a session into its room, or ends it."""
        person = self.let_in(session, command)
        if person is None:
            return
        if person.role == "overlay":
            said = command.source or Source()
            session.source = ConnectedSource(widget=said.widget, program=said.program, since_ms=self.server_ms())
        self._spawn(self._joiner.welcome(session, command.resume))

    def let_in(self, session: Session, command: Hello) -> Person | None:
        """Makes a session one of the person whose token it brings, who is returned; None where it is ended instead."""
        if command.protocol != 1:
            session.refuse(Refusal("bad_request", "This server speaks protocol 1."), None)
            session.close(CloseCode.PROTOCOL_VERSION, "protocol 1 is spoken here")
            return None
        try:
            person = self.person_of(command.token)
            name = session.name_of(person)
        except Refusal as refusal:
            session.turn_away(refusal)
            return None
        if not self.people.seat(session, person, name, self.settings.sockets_per_user):
            return None
        self.watch_token(session)
        return person

    def person_of(self, token: str, *, only_reads: bool = False) -> Person:
        """The person that a token speaks for. Raises Refusal `unauthorized`, or `banned` unless they only read."""
        person = verify(self.settings.secret, token, self.wall_ms() / 1000, self.settings.token_max_age_s)
        self.barred.check(person, only_reads=only_reads)
        return person

    def watch_token(self, session: Session) -> None:
        """Ends the session when its token expires, where that is before its next ping, which would notice it."""
        if session.person is not None:
            left_s = session.person.exp - self.wall_ms() / 1000
            if left_s <= self.settings.heartbeat_s + 1:
                later = asyncio.get_running_loop().call_later
                later(max(0.0, left_s), session.close, CloseCode.UNAUTHORIZED, "the token expired")

    def left(self, session: Session) -> None:
        """Removes a session that has ended from its room and its user."""
        # The room first: it writes to the session's descriptor, which may be closed right after this call.
        if session.live is not None:
            self.leave(session, session.live)
        self.behind_sessions.discard(session)
        self.people.left(session)

    def lost(self, session: Session) -> None:
        """Forgets a connection whose transport has ended; until then it has a descriptor and counts as open."""
        self.sessions.discard(session)
        self.metrics.connections.set(len(self.sessions))

    def leave(self, session: Session, live: LiveRoom) -> None:
        """Takes a session out of a room."""
        session.live = None
        live.members.discard(session)
        live.overlays.discard(session)
        if _is_viewer(session) and session.user is not None:
            live.viewers[session.user.id] -= 1
            if not live.viewers[session.user.id]:
                del live.viewers[session.user.id]
        live.sessions -= 1
        if not live.sessions:
            asyncio.get_running_loop().call_later(ROOM_KEPT_S, self._close_room, live)

    def hold(self, session: Session, live: LiveRoom) -> None:
        """Counts a session to a room from the moment it has found it: the room stays open while it is welcomed."""
        if session.place is Place.GONE or session.live is live:
            return
        if session.live is not None:
            self.leave(session, session.live)
        session.live = live
        live.sessions += 1
        live.overlays.add(session, live.room)
        if _is_viewer(session) and session.user is not None:
            live.viewers[session.user.id] += 1

    # Commands.

    def gift(self, session: Session, command: SendGift) -> None:
        """Raises Refusal."""
        assert session.person is not None
        assert session.live is not None
        person, live = session.person, session.live
        live.moderation.known.judge_gift(person, command, self.server_ms(), live.room)
        self.gifts.send(person, session.sender_json, live.room, command, session.reply, live.partition)

    def comment(self, session: Session, command: SendComment) -> None:
        """Raises Refusal."""
        assert session.person is not None
        assert session.live is not None
        keeps = keeps_in_order(session.person, session.live.room)
        known = session.live.moderation.known
        posted = known.judge_comment(session.person, command, self.server_ms(), keeps=keeps)
        comments = self.comments[session.live.partition]
        send = partial(comments.send, keeps=keeps) if posted else comments.hold
        send(session.person, session.sender_json, session.room_id, command, session.reply)

    def has_replies(self, session: Session) -> None:
        """Its replies leave at the end of this loop turn."""
        if not self._replying:
            asyncio.get_running_loop().call_soon(self._flush_replies)
        self._replying.append(session)

    def _flush_replies(self) -> None:
        replying, self._replying = self._replying, []
        for session in replying:
            session.flush_replies()

    # What the store publishes.

    def _channels(self) -> dict[str, Callable[[bytes], None]]:
        """Who takes what is published on each channel, but for the rooms'."""
        heard: dict[str, Callable[[bytes], None]] = {self.partitions.common.keys.rates_channel: self.rates.hear}
        for k, ledger in enumerate(self.partitions.ledgers):
            keys = ledger.keys
            heard[keys.barred_channel] = self.barred.hear
            heard[keys.boards_channel] = partial(self._boards_are_others, k)
            heard[keys.people_channel] = self.people.hear_person
            heard[keys.wallets_channel] = partial(self.people.hear_wallets, own_name=ledger.announce_as)
        return heard

    async def listen(self) -> None:
        """Subscribes to all of these; to the rates where there are others who tell of them.

        What is at nodes that are away is listened to once they are back.

        Raises:
            StoreError: the store is away.
        """
        channels = set(self._heard)
        if not self.partitions.common.announce_as:
            channels.discard(self.partitions.common.keys.rates_channel)
        done, late = await asyncio.wait(
            [self._spawn(self._subscriber.subscribe(channel)) for channel in channels], timeout=LISTEN_S
        )
        await asyncio.gather(*done)
        if late:
            self._spawn(self._hear_late(late))
        await self.barred.begin()

    async def _hear_late(self, late: set[asyncio.Task[None]]) -> None:
        while late:
            _, late = await asyncio.wait(late, return_when=asyncio.FIRST_COMPLETED)
            self.on_reconnected()

    def on_channel(self, channel: str, payload: bytes) -> None:
        """A message of a room, of rates, of who is kept out, of boards, of wallets, or to a person."""
        if (live := self._rooms_heard.get(channel)) is not None:
            live.take(payload)
        elif (take := self._heard.get(channel)) is not None:
            take(payload)

    def on_reconnected(self) -> None:
        """Reads from the rooms' logs what was missed: the subscription was down."""
        for k in range(len(self.live_at)):
            self.on_renewed(k)

    def on_renewed(self, k: int) -> None:
        """The same for one partition: its rooms have new epochs."""
        self.barred.refresh()
        for live in self.live_at[k].values():
            if live.started:
                live.heal()
                live.overlays.refresh()
                live.moderation.refresh()

    def _boards_are_others(self, k: int, _: bytes) -> None:
        for live in self.live_at[k].values():
            live.board_is_another()

    # Rooms.

    async def open(self, room_id: str) -> LiveRoom:
        """The room on this worker, subscribed and at a known offset.

        Raises:
            Refusal: `room_not_found` or `uninitialised`.
            StoreError: the store cannot be reached.
        """
        live = self.live.get(room_id)
        if live is not None and live.started:
            return live
        known_room_id(room_id)
        opening = self._opening.get(room_id)
        if opening is None:
            opening = self._opening[room_id] = asyncio.ensure_future(self._open(room_id))
            opening.add_done_callback(lambda _: self._opening.pop(room_id, None))
        return await asyncio.shield(opening)

    async def _open(self, room_id: str) -> LiveRoom:
        rooms = await self.partitions.at(room_id)
        live = LiveRoom(room_id, rooms, self.metrics, self._courtesy, partial(self.people.sessions_in, room_id))
        self.live[room_id] = self.live_at[live.partition][room_id] = live
        channel = rooms.keys.channel(room_id)
        self._rooms_heard[channel] = live
        try:
            # Subscribed before the picture is read: events up to it are in it, later ones arrive by the subscription.
            await self._subscriber.subscribe(channel)
            await live.moderation.read()
            live.start(await _picture(rooms, room_id))
        except BaseException:
            self._forget(live)
            raise
        self.metrics.rooms.set(len(self.live))
        # Whoever it was opened for may have left meanwhile: then it is closed again.
        asyncio.get_running_loop().call_later(ROOM_KEPT_S, self._close_room, live)
        return live

    def _close_room(self, live: LiveRoom) -> None:
        if live.sessions or self.live.get(live.id) is not live:
            return
        self._forget(live)
        self.metrics.rooms.set(len(self.live))

    def _forget(self, live: LiveRoom) -> None:
        channel = live.rooms.keys.channel(live.id)
        del self.live[live.id], self.live_at[live.partition][live.id], self._rooms_heard[channel]
        self._subscriber.unsubscribe(channel)

    def note_rooms(self, k: int) -> None:
        """Keeps how far the rooms of a partition were seen."""
        if (seen := self.partitions.rooms[k].standing.seen) is not None:
            lives = self.live_at[k].values()
            seen.note_rooms({live.id: (live.room.epoch, live.tail) for live in lives if live.started})

    # Slow readers.

    def behind(self, session: Session) -> None:
        """Watches it until it has read what waits for it."""
        self.behind_sessions.add(session)

    def rejoin(self, session: Session) -> None:
        """Gives it a new picture."""
        self._spawn(self._joiner.resync(session))

    def check_behind(self) -> None:
        """Resyncs those that caught up, ends those that do not."""
        for session in tuple(self.behind_sessions):
            if session.wire is not None and session.wire.buffered() == 0:
                self.behind_sessions.discard(session)
                session.place = Place.JOINING
                self.metrics.resyncs.inc()
                self.rejoin(session)
            elif self.now_s() - session.behind_since > BEHIND_S:
                session.close(CloseCode.SLOW_READER, "too slow")

    def closed(self, session: Session, code: int) -> None:
        """Counts it."""
        self.metrics.closed(code)

    # The end.

    def stop(self) -> None:
        """Cancels what still waits for the store: no connection is left that could get the answer."""
        waiting: list[asyncio.Future[Any]] = [*self._tasks, *self._opening.values()]
        for work in waiting:
            work.cancel()

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


def _is_viewer(session: Session) -> bool:
    return session.person is not None and session.person.role in ("viewer", "moderator")


async def _picture(rooms: Rooms, room_id: str) -> Picture:
    """The room as it is, unless it has less than was seen of it before this worker was started."""
    picture, seen = await rooms.picture(room_id), rooms.standing.seen
    known = seen.room(room_id) if seen is not None else None
    if known is not None and known[0] == picture.room.epoch and known[1] > picture.offset:
        await rooms.note_lost(picture.room, known[1], picture.offset)
        picture = await rooms.picture(room_id)
    return picture
