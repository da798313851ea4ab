"""A room as one worker sees it: its place in the stream of events, its members, one frame for all of them.

Events come in dense order or not at all: a gap is healed from the room's log before anything after it is shown.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator

from app.base.errors import FanfareError, Refusal
from app.base.log import Throttle
from app.base.metrics import Metrics
from app.edge.live.courtesy import Courtesy
from app.edge.live.deflate import FRAME_BYTES, Broadcast
from app.edge.live.members import Members
from app.edge.live.moderated import Judged, Moderated
from app.edge.live.overlays import Overlays
from app.rules.limits import TokenBucket
from app.rules.rooms import Room
from app.store.moderation import FOR_MODERATION
from app.store.overlays import FOR_OVERLAYS
from app.store.rooms import Chunk, Picture, Rooms, read_message

TICK_MIN_S, TICK_MAX_S = 0.005, 0.14
# When a tick has more events than fit into one frame, the next one is half as long again, and at least this long.
TICK_FULL_S = 0.02
# A write costs some 4 us: a tick of this length a member keeps a busy room's writes below a tenth of a core.
TICK_PER_MEMBER_S = 60e-6
TICKS_AT_ONCE = 3
NOTICE_WAIT_S = 0.25
TURN_S = 0.002
# Writing to more members than this takes so long that readers get the CPU anyway, without yielding.
CROWD = 1000
RING_BYTES = 256 * 1024
HEAL_CHUNKS = 500
PICTURES_A_SECOND = 20

log = logging.getLogger(__name__)
throttle = Throttle(log)


class LiveRoom:
    """The room `id` on this worker. `tail` is the last offset taken in, `offset` the last one handed to the members."""

    def __init__(
        self,
        room_id: str,
        rooms: Rooms,
        metrics: Metrics,
        courtesy: Courtesy,
        sessions_of: Callable[[str], Iterable[Judged]] = lambda user: (),
    ) -> None:
        self.id = room_id
        # Those of its partition.
        self.rooms = rooms
        self.partition = rooms.standing.partition
        self.sessions = 0
        self.members = Members(metrics)
        self.overlays = Overlays(room_id, rooms.standing)
        self.moderation = Moderated(room_id, rooms.standing, self.say, sessions_of)
        self.viewers: Counter[str] = Counter()
        self.viewers_everywhere = 0
        self.board_changed = False
        self.tail = self.offset = 0
        self.ring: deque[Chunk] = deque()
        self._room: Room | None = None
        self._metrics = metrics
        self._courtesy = courtesy
        self._loop = asyncio.get_running_loop()
        self._early: list[bytes] = []
        self._pending: list[bytes] = []
        self._ring_bytes = 0
        self._tick: asyncio.Handle | None = None
        self._tick_is_late = self._full = False
        self._next_tick = 0.0
        self._sending: asyncio.Future[None] | None = None
        self._healing: asyncio.Future[None] | None = None
        self._fetching: asyncio.Future[Picture] | None = None
        self._reloading: asyncio.Future[None] | None = None
        self._picture: Picture | None = None
        self._boards = 0
        self._pictures = TokenBucket(PICTURES_A_SECOND, 1.0, self._loop.time())

    @property
    def started(self) -> bool:
        """Whether its place in the stream is known."""
        return self._room is not None

    @property
    def room(self) -> Room:
        """The room's properties, once it was started."""
        assert self._room is not None
        return self._room

    def start(self, picture: Picture) -> None:
        """Takes the picture as the room's beginning on this worker, then what was published since."""
        self._begin(picture)
        early, self._early = self._early, []
        for payload in early:
            self.take(payload)

    def take(self, payload: bytes) -> None:
        """A message of the room's channel."""
        if payload.startswith(FOR_OVERLAYS):
            self.overlays.hear(payload[len(FOR_OVERLAYS) :])
            return
        if payload == FOR_MODERATION:
            self.moderation.refresh()
            return
        if self._room is None:
            self._early.append(payload)
            return
        epoch, chunk = read_message(payload)
        if epoch.decode() != self._room.epoch or not self._accept(chunk):
            self.heal()

    def after(self, offset: int) -> bytes | None:
        """The events beyond `offset` up to `self.offset`, joined; None where they are not at hand any more."""
        if offset >= self.offset:
            return b""
        if not self.ring or self.ring[0].first > offset + 1:
            return None
        # Pending events are left out: the new member gets them with the next tick.
        parts = [c.after(offset) for c in self.ring if offset < c.last <= self.offset]
        return b",".join(parts)

    def say(self, message: bytes) -> None:
        """Sends a message without offset along with the next events, or by itself where none come soon."""
        self._pending.append(message)
        if self._tick is None and self._sending is None:
            self._tick = self._loop.call_later(NOTICE_WAIT_S, self._flush)
            self._tick_is_late = True

    def heal(self) -> asyncio.Future[None]:
        """Reads what was missed from the room's log; all that ask meanwhile share one reading."""
        if self._healing is None:
            self._healing = asyncio.ensure_future(self._heal())
            self._healing.add_done_callback(self._healed)
        return self._healing

    def board_is_another(self) -> None:
        """Somebody has left the boards, or they go by something else: what was read before says nothing any more."""
        self._boards += 1
        self._picture = self._fetching = None
        self.board_changed = True

    async def picture(self, fresh: bool = False) -> Picture:
        """The room at one offset. One that is up to date is used again, and a crowd shares a slightly older one.

        Raises:
            Refusal: the room is gone, or `uninitialised`.
            StoreError: the store cannot be asked.
        """
        known = self._picture
        if known is not None and not fresh and (known.offset == self.tail or self._pictures.take(self._loop.time())):
            return known
        if self._fetching is None:
            self._fetching = asyncio.ensure_future(self.rooms.picture(self.id))
        fetching, boards = self._fetching, self._boards
        try:
            picture = await asyncio.shield(fetching)
        finally:
            if fetching.done() and self._fetching is fetching:
                self._fetching = None
        if boards != self._boards:
            return picture
        if self._picture is None or picture.offset >= self._picture.offset or picture.room.epoch != self.room.epoch:
            self._picture = picture
        return picture

    async def reach(self, offset: int) -> None:
        """Returns when the members have been handed everything up to `offset`."""
        if self.tail < offset:
            await asyncio.shield(self.heal())
        while self.offset < offset <= self.tail:
            if self._sending is not None:
                await asyncio.shield(self._sending)
            else:
                self._flush()

    def _begin(self, picture: Picture) -> None:
        self._room, self._picture = picture.room, picture
        self.tail = self.offset = picture.offset
        self.ring = deque(picture.recent)
        self._ring_bytes = sum(len(chunk.events) for chunk in self.ring)
        self._pending.clear()

    def _accept(self, chunk: Chunk) -> bool:
        """Takes the next events; False where some before them are missing."""
        if chunk.last <= self.tail:
            return True
        if chunk.first > self.tail + 1:
            return False
        if chunk.first <= self.tail:
            chunk = Chunk(self.tail + 1, chunk.last, chunk.after(self.tail))
        self._metrics.events.inc(chunk.last - self.tail)
        self.tail = chunk.last
        self.ring.append(chunk)
        self._ring_bytes += len(chunk.events)
        while self._ring_bytes > RING_BYTES and len(self.ring) > 1:
            self._ring_bytes -= len(self.ring.popleft().events)
        self._pending.append(chunk.events)
        self.board_changed = True
        if chunk.events.startswith(b'{"type":"room_changed"'):
            self._reloading = asyncio.ensure_future(self._reload())
        self._schedule()
        return True

    def _schedule(self) -> None:
        if self._sending is not None:
            return
        if self._tick is not None:
            if not self._tick_is_late:
                return
            self._tick.cancel()
        self._tick_is_late = False
        # An idle room sends at once, a few times in a row. A busy one has used these up and waits for its tick.
        wait = self._next_tick - TICKS_AT_ONCE * self._pause() - self._loop.time()
        self._tick = self._loop.call_later(wait, self._flush) if wait > 0 else self._loop.call_soon(self._flush)

    def _pause(self) -> float:
        # Viewers of all workers count: workers share the machine's cores, and a room should have one tick on all.
        pause = max(len(self.members), self.viewers_everywhere) * TICK_PER_MEMBER_S
        pause = max(1.5 * pause, TICK_FULL_S) if self._full else max(pause, TICK_MIN_S)
        return min(pause, TICK_MAX_S)

    def _flush(self) -> None:
        if self._tick is not None:
            self._tick.cancel()
            self._tick = None
        if not self._pending or self._sending is not None:
            return
        frame = Broadcast(self._pending)
        self._full = len(frame.plain) > FRAME_BYTES
        self._pending.clear()
        self.offset = self.tail
        # The next tick is counted from when this one was due, so that late timers do not add up.
        self._next_tick = max(self._next_tick, self._loop.time()) + self._pause()
        self._send(self.members.send(frame))

    def _send(self, sending: Iterator[None]) -> None:
        # The frame is written in parts of 2 ms, so that other rooms do not wait for a huge one.
        until = self._loop.time() + TURN_S
        try:
            for _ in sending:
                if len(self.members) < CROWD:
                    self._courtesy.give_way()
                if self._loop.time() > until:
                    if self._sending is None:
                        self._sending = self._loop.create_future()
                    self._loop.call_soon(self._send, sending)
                    return
        except Exception:
            # A bug. Nobody knows who has got the frame, so everyone needs a new picture.
            log.exception("room %s: a frame could not be sent to everyone", self.id)
            self._break_off()
        if self._sending is not None:
            self._sending.set_result(None)
            self._sending = None
        if self._pending:
            self._schedule()

    async def _heal(self) -> None:
        self._metrics.heals.inc()
        # Events of another epoch could continue our offsets by chance, so the epochs are compared first.
        if not await self._still_ours():
            await self._start_over()
            return
        chunks: list[Chunk] | None = None
        while chunks is None or len(chunks) == HEAL_CHUNKS:
            tail, last = self.tail, self.ring[-1] if self.ring else None
            chunks = await self.rooms.events_from(self.id, tail, HEAL_CHUNKS)
            if not _follows(chunks, tail, last):
                found = min(await self.rooms.offset(self.id), chunks[0].first - 1 if chunks else tail)
                if found < tail:
                    await self.rooms.note_lost(self.room, tail, found)
                    await self._start_over()
                    return
            if not all(self._accept(chunk) for chunk in chunks):
                await self._start_over()
                return

    async def _still_ours(self) -> bool:
        return (await self.rooms.get(self.id)).epoch == self.room.epoch

    async def _start_over(self) -> None:
        """The log does not go back far enough, or has another epoch: everyone gets a new picture."""
        self._begin(await self.rooms.picture(self.id))
        self._break_off()

    def _break_off(self) -> None:
        for member in self.members.clear():
            member.lose_place()

    def _healed(self, healing: asyncio.Future[None]) -> None:
        self._healing = None
        if not healing.cancelled() and (error := healing.exception()) is not None:
            if isinstance(error, Refusal) and error.slug == "room_not_found":
                # The room is gone: its members are told so when they ask for a picture.
                self._picture = None
                self._break_off()
            # The next message or check asks again.
            throttle.say(logging.WARNING, "heal", "room %s: missed events could not be read: %s", self.id, error)

    async def _reload(self) -> None:
        try:
            room = await self.rooms.get(self.id)
            if room.epoch == self.room.epoch:
                self._room = room
            else:
                self.heal()
        except FanfareError as error:
            throttle.say(logging.WARNING, "reload", "room %s: its properties could not be read: %s", self.id, error)


def _follows(chunks: list[Chunk], tail: int, last: Chunk | None) -> bool:
    """Whether the log's chunks from offset `tail` on follow what was shown up to there, which ended with `last`."""
    if not chunks:
        # A log always keeps its newest events, so this one ends before `tail`, or is empty.
        return False
    chunk = chunks[0]
    if chunk.last == tail:
        # `last` may be only the end of that chunk.
        return last is None or chunk.events.endswith(last.events)
    # A log that begins later has lost events between, by its bound.
    return chunk.first > tail
