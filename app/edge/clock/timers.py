"""What a worker does by the clock: one wheel for all connections, no timer for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

from app.actions.end_streaks import LOOK_EVERY_S, end_due_streaks
from app.base.errors import CloseCode, FanfareError
from app.edge.live.hub import HELLO_S, Hub
from app.edge.live.live_room import LiveRoom
from app.edge.live.session import Place
from app.edge.switchboard import Switchboard
from app.store.overlays import report_sources
from app.store.spending import renew_zones

OFFSETS_EVERY_S = 2
BEHIND_EVERY_S = 0.25
LAG_SAMPLE_S, LAG_EVERY_S = 0.01, 1.0
RATES_EVERY_S = 0.25
LEFT_EVERY_S = 1.0
ZONES_EVERY_S = 60.0
ROOMS_A_CALL = 500
PINGS_AT_ONCE = 200

log = logging.getLogger(__name__)


class Timers:
    """Runs a worker's periodic work until it is stopped. `worker` names it in what it tells the others."""

    def __init__(self, hub: Hub, worker: str, switchboard: Switchboard) -> None:
        self._switchboard = switchboard
        self._hub = hub
        self._worker = worker
        # Of each partition.
        self._reported: list[dict[str, int]] = [{} for _ in hub.live_at]
        self._sourced: list[set[str]] = [set() for _ in hub.live_at]
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins. A partition that cannot be used holds up nothing in the others."""
        rounds: list[Callable[[], Awaitable[float]]] = [
            self._connections,
            self._behind,
            self._lag,
            self._rates,
            self._switchboard.look,
        ]
        each = [self._viewers, self._boards, self._sources, self._offsets, self._streaks, self._zones]
        if len(self._hub.live_at) > 1:
            each.append(self._left_gifts)
        rounds += [partial(one, k) for k in range(len(self._hub.live_at)) for one in each]
        self._tasks = [asyncio.create_task(self._repeat(one)) for one in rounds]

    async def stop(self) -> None:
        """Ends, and takes this worker's viewers off the count."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for k in range(len(self._reported)):
            self._hub.note_rooms(k)
        parts = zip(self._hub.partitions.rooms, self._reported, strict=True)
        gone = (rooms.report_viewers(self._worker, dict.fromkeys(said, 0)) for rooms, said in parts if said)
        for told in await asyncio.gather(*gone, return_exceptions=True):
            if isinstance(told, FanfareError):
                log.info("viewer counts run out by themselves: %s", told)

    async def _repeat(self, one: Callable[[], Awaitable[float]]) -> None:
        while True:
            try:
                wait_s = await one()
            except FanfareError as error:
                # The store cannot be reached or refuses: its work is done when it can be again.
                log.debug("%s: %s", _name(one), error)
                wait_s = 1.0
            except Exception:
                log.exception("%s failed", _name(one))
                wait_s = 1.0
            await asyncio.sleep(wait_s)

    async def _connections(self) -> float:
        """Deadlines for `hello`, and for a part of the connections: pings, and tokens that are about to expire."""
        hub = self._hub
        now_s = started_s = hub.now_s()
        while hub.new_sessions and hub.new_sessions[0][0] <= now_s - HELLO_S:
            _, session = hub.new_sessions.popleft()
            if session.place is Place.NEW:
                session.close(CloseCode.NO_HELLO, "no hello")
        for i, session in enumerate(hub.sessions.turn(), 1):
            if not session.ping():
                session.close(CloseCode.PING_TIMEOUT, "no answer to pings")
            else:
                hub.watch_token(session)
            if not i % PINGS_AT_ONCE:
                await asyncio.sleep(0)
        hub.metrics.queued_gifts.set(len(hub.gifts.queues))
        return max(0.0, 1.0 - (hub.now_s() - started_s))

    async def _lag(self) -> float:
        """Measures the event loop's lag: how much later than asked for a sleeping task goes on."""
        hub, asked_s = self._hub, self._hub.now_s()
        await asyncio.sleep(LAG_SAMPLE_S)
        hub.metrics.loop_lag.observe(max(0.0, hub.now_s() - asked_s - LAG_SAMPLE_S))
        return LAG_EVERY_S

    async def _behind(self) -> float:
        self._hub.check_behind()
        return BEHIND_EVERY_S

    async def _viewers(self, k: int) -> float:
        """Reports how many viewers each room has on this worker, and tells each room its number on all workers."""
        lives, rooms = self._hub.live_at[k], self._hub.partitions.rooms[k]
        counts = {live.id: len(live.viewers) for live in lives.values() if live.started}
        gone = {room: 0 for room in self._reported[k] if room not in counts}
        everything = list({**counts, **gone}.items())
        for at in range(0, len(everything), ROOMS_A_CALL):
            totals = await rooms.report_viewers(self._worker, dict(everything[at : at + ROOMS_A_CALL]))
            for room, total in totals.items():
                live = lives.get(room)
                if live is not None and live.viewers_everywhere != total:
                    live.viewers_everywhere = total
                    live.say(b'{"type":"viewers","count":%d}' % total)
        self._reported[k] = counts
        return 1.0

    async def _boards(self, k: int) -> float:
        """Sends the leaderboards that changed, each at most once a second."""
        for live in tuple(self._hub.live_at[k].values()):
            if live.board_changed and live.members:
                live.board_changed = False
                picture = await live.picture()
                live.say(b'{"type":"leaderboard","top":' + picture.board + b"}")
        return 1.0

    async def _sources(self, k: int) -> float:
        """Reports which overlays are connected here."""
        found = {live.id: live.overlays.sources() for live in self._hub.live_at[k].values() if live.started}
        said, standing = {room for room, sources in found.items() if sources}, self._hub.partitions.rooms[k].standing
        sources = {room: found.get(room, []) for room in said | self._sourced[k]}
        await report_sources(standing, self._worker, sources)
        self._sourced[k] = said
        return 1.0

    async def _offsets(self, k: int) -> float:
        """Compares each room's offset with the store's: only that shows the loss of a room's newest message."""
        lives = [live for live in self._hub.live_at[k].values() if live.started]
        for live in lives:
            await _check_offset(live)
        self._hub.note_rooms(k)
        return OFFSETS_EVERY_S

    async def _streaks(self, k: int) -> float:
        wait_s = await end_due_streaks(self._hub.partitions.rooms[k], self._hub.partitions.rooms[k].standing.clock)
        return min(wait_s, LOOK_EVERY_S)

    async def _left_gifts(self, k: int) -> float:
        """Goes on with gifts to other partitions that were left by a worker that died, or could not go on."""
        await self._hub.gifts.queues.ways.take_over(k)
        return LEFT_EVERY_S

    async def _zones(self, k: int) -> float:
        """Tells the store when days end where people with limits are."""
        standing = self._hub.partitions.rooms[k].standing
        await renew_zones(standing, standing.clock())
        return ZONES_EVERY_S

    async def _rates(self) -> float:
        """Tells the other workers what people did here, so that their rates hold over all workers."""
        ledger = self._hub.partitions.common
        if news := self._hub.rates.news():
            await ledger.store.publish(ledger.keys.rates_channel, news)
        return RATES_EVERY_S


def _name(one: Callable[[], Awaitable[float]]) -> str:
    if not isinstance(one, partial):
        return one.__name__
    return f"{one.func.__name__} of partition {one.args[0]}"


async def _check_offset(live: LiveRoom) -> None:
    tail = live.tail
    offset = await live.rooms.offset(live.id)
    # The message may only be late. Then `heal` reads its events from the log, and skips them when it arrives.
    if offset != tail and live.tail == tail:
        live.heal()
