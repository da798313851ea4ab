"""One run against one server: seats and coins, client processes, samples, accidents on purpose, and the books."""

from __future__ import annotations

import asyncio
import contextlib
import random
import sys
import time
from collections.abc import Callable, Sequence

from loadtest import books
from loadtest.books import Books
from loadtest.fleet import Fleet
from loadtest.machine import Sampler
from loadtest.plan import QUIET_S, Plan, Progress, Receipt, Seat, Tally
from loadtest.result import Measured, measured
from loadtest.scenarios import SCENARIOS, Options, gifts_of, rooms_of, steps_of
from loadtest.target import OwnTarget, Target

COINS_EACH = 1_000_000_000
LEAD_S = 0.3
HERD_S = 2.0
ASKED_MAX = 2000
# A ramp ends early where the server is far behind: what follows would only be more of the same.
BEHIND_SHARE, BEHIND_P99_US = 0.7, 2_000_000


class Run:
    """One measured run. `name` is what the progress line calls the server."""

    quiet_s = QUIET_S

    def __init__(self, target: Target, options: Options, name: str) -> None:
        self._target = target
        self._options = options
        self._name = name
        self._scenario = SCENARIOS[options.scenario]
        self._steps = steps_of(options)
        self._chance = random.Random(options.seed)
        # Ids of two runs with the same seed must differ all the same: the server knows the first one's.
        self._tag = f"{random.SystemRandom().getrandbits(16):04x}"
        self._rooms = rooms_of(options, self._tag)
        self._users = [f"load-{self._tag}-{i}" for i in range(options.viewers)]
        self._progress: dict[int, list[Progress]] = {}
        self._happened: list[tuple[float, str]] = []
        self._behind = 0
        self._start_s = 0.0
        self._sent_s = sum(step.duration_s for step in self._steps)
        self._fleet = Fleet(self._on_progress)
        self._ramp_ended = False

    async def measure(self) -> Measured:
        """The whole of it.

        Raises:
            FanfareError: the server or a client process does not do its part.
            OSError: the server cannot be reached.
        """
        options, target = self._options, self._target
        senders = self._users[: options.senders]
        self._say(f"opening {options.rooms} rooms, giving coins to {len(senders)} senders")
        await target.open_rooms(self._rooms)
        await target.grant(senders, COINS_EACH, self._tag)
        try:
            self._say(f"connecting {options.viewers} viewers")
            connected, failed = await self._fleet.start(self._plans())
            if failed:
                self._say(f"{failed} of {connected + failed} viewers could not connect")
            tallies, sampler = await self._go()
        finally:
            await self._fleet.end()
        self._say("checking the books")
        found = await self._check(tallies, senders)
        return measured(
            options=options,
            steps=self._steps,
            tallies=tallies,
            samples=sampler.samples,
            books=found,
            happened=self._happened,
            sent_s=self._sent_s,
        )

    def _plans(self) -> list[Plan]:
        """The viewers, dealt out to the processes: each gets its part of the senders and of every room."""
        options = self._options
        processes = min(options.processes, options.viewers)
        hands: list[list[Seat]] = [[] for _ in range(processes)]
        for i, user in enumerate(self._users):
            room = self._rooms[i % len(self._rooms)]
            slow = i >= options.viewers - options.slow
            seat = Seat(self._target.token(user, room), room, sends=i < options.senders, slow=slow)
            hands[i % processes].append(seat)
        offset_s = time.time() - time.monotonic()
        return [
            Plan(
                url=self._target.url,
                tag=self._tag,
                seed=self._chance.getrandbits(32),
                clock_offset_s=offset_s,
                seats=seats,
                steps=self._steps,
                share=sum(seat.sends for seat in seats) / options.senders,
                gifts=gifts_of(options),
                connects_a_second=options.connects_a_second / processes,
                drop_at_s=self._sent_s / 3 if self._scenario.drops else None,
                drop_within_s=min(HERD_S, self._sent_s / 3),
                quiet_s=self.quiet_s,
            )
            for seats in hands
        ]

    async def _go(self) -> tuple[list[Tally], Sampler]:
        self._start_s = time.monotonic() + LEAD_S
        sampler = Sampler(self._target.roots, self._start_s)
        self._fleet.begin(self._start_s)
        jobs = [asyncio.create_task(self._sample(sampler)), asyncio.create_task(self._accidents())]
        try:
            return await self._fleet.finish(), sampler
        finally:
            for job in jobs:
                job.cancel()
            await asyncio.gather(*jobs, return_exceptions=True)
            self._end_line()

    async def _sample(self, sampler: Sampler) -> None:
        for number in range(self._sent_s + 1):
            await asyncio.sleep(self._start_s + number - time.monotonic())
            sampler.take()

    async def _accidents(self) -> None:
        """Kills the store after a third of the time and a worker after two."""
        if not self._scenario.kills or not isinstance(self._target, OwnTarget):
            return
        for at_s, role in ((self._sent_s / 3, "store"), (self._sent_s * 2 / 3, "worker")):
            await asyncio.sleep(self._start_s + at_s - time.monotonic())
            what = self._target.kill(role)
            self._happened.append((round(time.monotonic() - self._start_s, 2), f"{what} was killed with kill -9"))

    # The books.

    async def _check(self, tallies: Sequence[Tally], senders: list[str]) -> Books:
        receipts = [receipt for tally in tallies for receipt in tally.receipts]
        applied, unknown = await self._ask_unanswered(tallies)
        room_of = {user: self._rooms[i % len(self._rooms)] for i, user in enumerate(self._users)}
        wallets: dict[str, int] = {}
        for room in self._rooms:
            wallets |= await self._target.wallets([user for user in senders if room_of[user] == room], room)
        whole = tallies[0].faults
        for tally in tallies[1:]:
            whole.add(tally.faults)
            tally.faults = type(whole)()
        return books.check(
            granted=COINS_EACH * len(senders),
            wallets=wallets,
            receipts=receipts,
            applied_late=applied,
            never_known=unknown,
            rooms=[tally.rooms for tally in tallies],
            faults=whole,
            ledger=await asyncio.to_thread(self._target.verify_ledger),
        )

    async def _ask_unanswered(self, tallies: Sequence[Tally]) -> tuple[list[Receipt], int]:
        """Asks by HTTP what became of the gifts that were not answered in time."""
        open_gifts = [gift for tally in tallies for gift in tally.unanswered]
        applied, unknown = [], max(0, len(open_gifts) - ASKED_MAX)
        for user, room, gift_id in open_gifts[:ASKED_MAX]:
            status = await self._target.gift_status(user, room, gift_id)
            if status["status"] == "applied":
                applied.append(Receipt(room, user, gift_id, 1, status["coins"]))
            elif status["status"] == "unknown":
                unknown += 1
        return applied, unknown

    # What is shown meanwhile.

    def _on_progress(self, number: int, progress: Progress) -> None:
        second = self._progress.setdefault(progress.number, [])
        second.append(progress)
        if len(second) < min(self._options.processes, self._options.viewers):
            return
        offered, accepted = sum(p.offered for p in second), sum(p.accepted for p in second)
        p99_us = max(p.seen_p99_us for p in second)
        if progress.number < self._sent_s:
            line = (
                f"{progress.number + 1:>3}/{self._sent_s} s  offered {offered:,}/s  accepted {accepted:,}/s  "
                f"seen {sum(p.events for p in second):,}/s  p99 {p99_us / 1000:.1f} ms  "
                f"viewers {sum(p.connected for p in second):,}  errors {sum(p.errors for p in second):,}"
            )
            self._say(line, passing=True)
            self._watch_ramp(progress.number, offered, accepted, p99_us)

    def _watch_ramp(self, number: int, offered: int, accepted: int, p99_us: int) -> None:
        is_behind = accepted < BEHIND_SHARE * offered or p99_us > BEHIND_P99_US
        self._behind = self._behind + 1 if is_behind and number else 0
        if self._scenario.ramps and self._behind >= 2 and not self._ramp_ended:
            self._ramp_ended = True
            self._sent_s = min(self._sent_s, number + 1)
            self._happened.append((number + 1.0, "the ramp ended: the server was far behind"))
            self._fleet.stop_sending()

    def _say(self, line: str, *, passing: bool = False) -> None:
        text = f"{self._name}: {line}"
        if sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="" if passing else "\n", file=sys.stderr, flush=True)
        elif not passing or line.split("/")[0].strip().endswith(("0", "5")):
            print(text, file=sys.stderr, flush=True)

    def _end_line(self) -> None:
        if sys.stderr.isatty():
            print(file=sys.stderr)


def senders_for(viewers: int, senders: int, slow: int) -> int:
    """How many can send: slow viewers do not."""
    return max(1, min(senders, viewers - slow))


async def run_on(target: Target, options: Options, name: str, on_ready: Callable[[], None] | None = None) -> Measured:
    """Measures a server and stops it afterwards, where it is ours; `on_ready` is called when it answers."""
    try:
        if isinstance(target, OwnTarget):
            await target.wait_ready()
        if on_ready is not None:
            on_ready()
        return await Run(target, options, name).measure()
    finally:
        with contextlib.suppress(OSError):
            target.stop()
