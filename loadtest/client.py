"""A client process of a load test: its viewers' connections, the gifts at their appointed times, and what came of them.

Started by the load test with a plan on standard input; it answers with one JSON document a line.
"""

from __future__ import annotations

import asyncio
import base64
import gc
import random
import resource
import sys
import time
from collections import Counter
from itertools import accumulate

import msgspec
import uvloop

from app.base.descriptors import raise_limit
from loadtest.frames import Memo
from loadtest.gift_ids import is_ours, new_id, time_of
from loadtest.plan import Done, Go, Plan, Progress, Ready, Receipt, RoomSeen, Said, Stop, Tally, Told
from loadtest.viewer import Events, Message, Viewer

CONNECT_WAIT_S = 30.0
LAG_EVERY_S = 0.01
# Of a frame with more gifts than this one is recorded for all of them, another one each time.
EACH_RECORDED_MAX = 4


class Client:
    """All viewers of this process; the desk at which they report."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.url = plan.url
        self.memo = Memo()
        self.tally = Tally()
        self.chance = random.Random(plan.seed)
        self.errors: Counter[str] = Counter()
        self.closes: Counter[int] = Counter()
        self.connected = 0
        self.start_s = float("inf")
        self.stopped = False
        self.last_gift_at_s = 0.0
        self._accepted_at_s = 0.0
        self._turn = 0
        self._last_gift: dict[str, int] = {}
        self._tasks: list[asyncio.Task[None]] = []
        witnessed: set[str] = set()
        self.viewers: list[Viewer] = []
        for number, seat in enumerate(plan.seats):
            witness = not seat.slow and seat.room not in witnessed
            if witness:
                witnessed.add(seat.room)
            self.viewers.append(Viewer(seat, _subject(seat.token, number), self, witness))
        self.senders = [viewer for viewer in self.viewers if viewer.seat.sends]

    # What viewers report: the Desk.

    def read(self, room: str, messages: list[Message]) -> Events:
        """Notes a room's events for the books, once for each frame."""
        seen = self._room(room)
        first = last = gifts = 0
        times: list[float] = []
        unnumbered: list[tuple[str, int]] = []
        for message in messages:
            offset = message.offset
            if offset:
                if first and offset != last + 1:
                    self.fault("gaps")
                first, last = first or offset, offset
            if message.type != "gift_sent" or message.id is None:
                continue
            gifts += 1
            if not is_ours(message.id, self.plan.tag):
                continue
            times.append(time_of(message.id) - self.plan.clock_offset_s)
            if not offset:
                unnumbered.append((message.id, message.quantity))
            elif offset not in seen.by_offset:
                seen.by_offset[offset] = message.id
                seen.quantity += message.quantity
                self._last_gift[room] = max(self._last_gift.get(room, 0), offset)
            elif seen.by_offset[offset] != message.id:
                self.fault("conflicts")
        return Events(first, last, gifts, times, unnumbered)

    def witnessed(self, room: str, gifts: list[tuple[str, int]]) -> None:
        """Notes unnumbered gifts for the books."""
        seen = self._room(room)
        for gift_id, quantity in gifts:
            seen.in_order.append(gift_id)
            seen.quantity += quantity

    def _room(self, room: str) -> RoomSeen:
        seen = self.tally.rooms.get(room)
        if seen is None:
            seen = self.tally.rooms[room] = RoomSeen()
        return seen

    def delivered(self, events: Events, size: int) -> None:
        """Counts a frame that reached a viewer, and how late its gifts are."""
        now_s = time.monotonic()
        if now_s < self.start_s:
            return
        arrival = self.tally.second(int(now_s - self.start_s))
        arrival.frames += 1
        arrival.received_bytes += size
        if not events.gifts:
            return
        arrival.events += events.gifts
        self.last_gift_at_s = now_s
        times = events.times
        if len(times) <= EACH_RECORDED_MAX:
            for at_s in times:
                self.tally.second(int(at_s - self.start_s)).seen.record(int((now_s - at_s) * 1e6))
        else:
            self._turn += 1
            at_s = times[self._turn * 7919 % len(times)]
            self.tally.second(int(at_s - self.start_s)).seen.record(int((now_s - at_s) * 1e6), len(times))

    def joined(self, viewer: Viewer, took_s: float, again: bool) -> None:
        """Counts a welcome."""
        self.connected += 1
        (self.tally.rejoins if again else self.tally.connects).record(int(took_s * 1e6))

    def lost(self, viewer: Viewer, code: int, was_in: bool) -> None:
        """Counts the end of a connection that we did not end."""
        self.connected -= was_in
        if viewer.wanted:
            self.closes[code] += 1

    def answered(self, viewer: Viewer, gift_id: str, message: Message) -> None:
        """Counts an accepted gift."""
        now_s = time.monotonic()
        at_s = time_of(gift_id) - self.plan.clock_offset_s
        second = self.tally.second(int(at_s - self.start_s))
        silence_s = now_s - max(self._accepted_at_s, self.start_s)
        self.tally.longest_silence_s = max(self.tally.longest_silence_s, silence_s)
        self._accepted_at_s = now_s
        second.done += 1
        second.reply.record(int((now_s - at_s) * 1e6))
        self.tally.second(int(now_s - self.start_s)).accepted += 1
        self.tally.duplicates += message.duplicate
        accepted = message.quantity, message.coins, now_s - self.start_s
        self.tally.receipts.append(Receipt(viewer.seat.room, viewer.user, gift_id, *accepted))

    def refused(self, viewer: Viewer, gift_id: str | None, slug: str, final: bool) -> None:
        """Counts a refusal."""
        self.errors[slug] += 1

    def fault(self, name: str) -> None:
        """Counts what must not happen."""
        setattr(self.tally.faults, name, getattr(self.tally.faults, name) + 1)

    def took_over(self, *, recovered: bool, resync: bool) -> None:
        """Counts how viewers came back into the stream."""
        if resync:
            self.tally.resyncs += 1
        elif recovered:
            self.tally.recovered += 1
        else:
            self.tally.snapshots += 1

    # The run.

    async def run(self) -> None:
        """Connects, waits for the word, sends, drains, reports."""
        told = await _standard_input()
        await self._connect_all()
        say(Ready(self.connected, self.tally.failed_connects))
        go = msgspec.json.decode(await told.readline(), type=Told)
        assert isinstance(go, Go)
        # What was made until now stays: the collector's pauses would be taken for the server's.
        gc.collect()
        gc.freeze()
        gc.disable()
        self.start_s = go.at_s
        loop = asyncio.get_running_loop()
        jobs = [self._listen(told), self._lag(), self._progress(), self._drop()]
        self._tasks = [loop.create_task(job) for job in jobs]
        await self._send_all()
        await self._drain()
        for task in self._tasks:
            task.cancel()
        self._sum_up()
        say(Done(self.tally))
        for viewer in self.viewers:
            viewer.leave()
        await asyncio.sleep(0.1)

    async def _connect_all(self) -> None:
        joining = []
        for number, viewer in enumerate(self.viewers):
            joining.append(asyncio.ensure_future(viewer.join()))
            if (number + 1) % 10 == 0:
                await asyncio.sleep(10 / self.plan.connects_a_second)
        until_s = time.monotonic() + CONNECT_WAIT_S
        while self.connected < len(self.viewers) and time.monotonic() < until_s:  # noqa: ASYNC110  # joined() counts
            await asyncio.sleep(0.02)
        for task in joining:
            task.cancel()
        self.tally.failed_connects = len(self.viewers) - self.connected

    async def _send_all(self) -> None:
        """Sends each gift at its appointed time, whatever became of those before it: an open model."""
        names = [name for name, _ in self.plan.gifts]
        weights = list(accumulate(weight for _, weight in self.plan.gifts))
        chance, offset_s, tag = self.chance, self.plan.clock_offset_s, self.plan.tag
        at_s = step_ends_s = self.start_s
        turn = 0
        for step in self.plan.steps:
            at_s = max(at_s, step_ends_s)
            step_ends_s += step.duration_s
            rate = step.rate * self.plan.share
            if not rate or not self.senders:
                await asyncio.sleep(step_ends_s - time.monotonic())
                continue
            while not self.stopped:
                at_s += chance.expovariate(rate)
                if at_s >= step_ends_s:
                    break
                if (wait_s := at_s - time.monotonic()) > 0:
                    await asyncio.sleep(wait_s)
                elif not turn & 63:
                    # Behind: what arrives must be read all the same.
                    await asyncio.sleep(0)
                turn += 1
                (gift,) = chance.choices(names, cum_weights=weights)
                self.senders[turn % len(self.senders)].gift(new_id(at_s + offset_s, tag, chance), gift)
                second = self.tally.second(int(at_s - self.start_s))
                second.offered += 1
                second.late.record(int((time.monotonic() - at_s) * 1e6))
        if not self.stopped:
            await asyncio.sleep(step_ends_s - time.monotonic())

    async def _drain(self) -> None:
        """Waits until everything is answered and seen, within a bound."""
        until_s = time.monotonic() + self.plan.drain_s
        for viewer in self.viewers:
            if viewer.seat.slow:
                viewer.read_on()
        while time.monotonic() < until_s:
            waits = any(viewer.outbox for viewer in self.senders) or any(map(self._is_short, self.viewers))
            if not waits and time.monotonic() - self.last_gift_at_s > self.plan.quiet_s:
                return
            await asyncio.sleep(0.05)

    def _is_short(self, viewer: Viewer) -> bool:
        return not viewer.seat.slow and viewer.place.offset < self._last_gift.get(viewer.seat.room, 0)

    async def _lag(self) -> None:
        """How late this process itself is: what it measures can be no better."""
        while True:
            asked_s = time.monotonic()
            await asyncio.sleep(LAG_EVERY_S)
            late_s = time.monotonic() - asked_s - LAG_EVERY_S
            if asked_s >= self.start_s:
                self.tally.second(int(asked_s - self.start_s)).lag.record(int(late_s * 1e6))

    async def _progress(self) -> None:
        number = 0
        while True:
            await asyncio.sleep(self.start_s + number + 1 - time.monotonic())
            second = self.tally.second(number)
            say(
                Progress(
                    number=number,
                    offered=second.offered,
                    accepted=second.accepted,
                    events=second.events,
                    errors=self.errors.total(),
                    connected=self.connected,
                    seen_p99_us=second.seen.quantile(0.99),
                    cpu_s=_cpu_s(),
                )
            )
            number += 1

    async def _drop(self) -> None:
        if self.plan.drop_at_s is None:
            return
        await asyncio.sleep(self.start_s + self.plan.drop_at_s - time.monotonic())
        loop = asyncio.get_running_loop()
        for viewer in self.viewers:
            viewer.drop()
            loop.call_later(self.chance.uniform(0.0, self.plan.drop_within_s), viewer.rejoin)

    async def _listen(self, told: asyncio.StreamReader) -> None:
        while line := await told.readline():
            if isinstance(msgspec.json.decode(line, type=Told), Stop):
                self.stopped = True

    def _sum_up(self) -> None:
        tally = self.tally
        tally.errors, tally.closes = dict(self.errors), dict(self.closes)
        tally.faults.short = sum(map(self._is_short, self.viewers))
        for viewer in self.viewers:
            tally.unanswered += [(viewer.user, viewer.seat.room, gift_id) for gift_id in viewer.outbox.ids]
        tally.cpu_s = _cpu_s()


def say(message: Said) -> None:
    """One line for the load test."""
    sys.stdout.buffer.write(msgspec.json.encode(message) + b"\n")
    sys.stdout.buffer.flush()


def _subject(token: str, number: int) -> str:
    """The user id in a token, unverified: it is only a name here."""
    try:
        part = token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return str(claims["sub"])
    except (IndexError, ValueError, KeyError):
        return str(number)


def _cpu_s() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


async def _standard_input() -> asyncio.StreamReader:
    reader = asyncio.StreamReader(limit=1 << 30)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    return reader


def main() -> int:
    """Reads the plan and runs it."""
    raise_limit()
    plan = msgspec.json.decode(sys.stdin.buffer.readline(), type=Plan)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Client(plan).run())
    return 0


if __name__ == "__main__":
    sys.exit(main())
