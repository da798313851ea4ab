"""What a worker does by the clock: one wheel for all connections, no timer for each."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

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
        self._reported: dict[str, int] = {}
        self._sourced: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    def start(self) -> None:
        """Begins."""
        rounds: list[Callable[[], Awaitable[float]]] = [
            self._connections,
            self._behind,
            self._viewers,
            self._boards,
            self._sources,
            self._offsets,
            self._streaks,
            self._lag,
            self._rates,
            self._zones,
            self._switchboard.look,
        ]
        self._tasks = [asyncio.create_task(self._repeat(one)) for one in rounds]

    async def stop(self) -> None:
        """Ends, and takes this worker's viewers off the count."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._hub.note_rooms()
        if self._reported:
            try:
                await self._hub.rooms.report_viewers(self._worker, dict.fromkeys(self._reported, 0))
            except FanfareError as error:
                log.info("viewer counts run out by themselves: %s", error)

    async def _repeat(self, one: Callable[[], Awaitable[float]]) -> None:
        while True:
            try:
                wait_s = await one()
            except FanfareError as error:
                # The store cannot be reached or refuses: its work is done when it can be again.
                log.debug("%s: %s", one.__name__, error)
                wait_s = 1.0
            except Exception:
                log.exception("%s failed", one.__name__)
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
        hub.metrics.queued_gifts.set(len(hub.gifts.batcher))
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

    async def _viewers(self) -> float:
        """Reports how many viewers each room has on this worker, and tells each room its number on all workers."""
        hub = self._hub
        counts = {live.id: len(live.viewers) for live in hub.live.values() if live.started}
        gone = {room: 0 for room in self._reported if room not in counts}
        everything = list({**counts, **gone}.items())
        for at in range(0, len(everything), ROOMS_A_CALL):
            totals = await hub.rooms.report_viewers(self._worker, dict(everything[at : at + ROOMS_A_CALL]))
            for room, total in totals.items():
                live = hub.live.get(room)
                if live is not None and live.viewers_everywhere != total:
                    live.viewers_everywhere = total
                    live.say(b'{"type":"viewers","count":%d}' % total)
        self._reported = counts
        return 1.0

    async def _boards(self) -> float:
        """Sends the leaderboards that changed, each at most once a second."""
        for live in tuple(self._hub.live.values()):
            if live.board_changed and live.members:
                live.board_changed = False
                picture = await live.picture()
                live.say(b'{"type":"leaderboard","top":' + picture.board + b"}")
        return 1.0

    async def _sources(self) -> float:
        """Reports which overlays are connected here."""
        found = {live.id: live.overlays.sources() for live in self._hub.live.values() if live.started}
        said = {room for room, sources in found.items() if sources}
        await report_sources(
            self._hub.rooms.standing, self._worker, {room: found.get(room, []) for room in said | self._sourced}
        )
        self._sourced = said
        return 1.0

    async def _offsets(self) -> float:
        """Compares each room's offset with the store's: only that shows the loss of a room's newest message."""
        lives = [live for live in self._hub.live.values() if live.started]
        for live in lives:
            await self._check_offset(live)
        self._hub.note_rooms()
        return OFFSETS_EVERY_S

    async def _check_offset(self, live: LiveRoom) -> None:
        tail = live.tail
        offset = await self._hub.rooms.offset(live.id)
        # The message may only be late. Then `heal` reads its events from the log, and skips them when it arrives.
        if offset != tail and live.tail == tail:
            live.heal()

    async def _streaks(self) -> float:
        wait_s = await end_due_streaks(self._hub.rooms, self._hub.server_ms)
        return min(wait_s, LOOK_EVERY_S)

    async def _zones(self) -> float:
        """Tells the store when days end where people with limits are."""
        await renew_zones(self._hub.rooms.standing, self._hub.server_ms())
        return ZONES_EVERY_S

    async def _rates(self) -> float:
        """Tells the other workers what people did here, so that their rates hold over all workers."""
        ledger = self._hub.ledger
        if news := self._hub.rates.news():
            await ledger.store.publish(ledger.keys.rates_channel, news)
        return RATES_EVERY_S
