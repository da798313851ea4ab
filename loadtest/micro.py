"""Micro-benchmarks of the hot path, one command: `python -m loadtest.micro`.

Each line is what one step costs in CPU, so that a change shows where it helps or hurts. Never a test: figures differ by
machine and hour; compare two runs on one machine.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median

from app.actions.read_tariff import read_tariff
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.ids import uuid7
from app.base.metrics import Metrics
from app.edge.live.courtesy import Courtesy
from app.edge.live.deflate import Broadcast
from app.edge.live.lane import Lane
from app.edge.live.live_room import LiveRoom
from app.edge.live.session import BUFFER_MAX
from app.edge.live.turns import Turns
from app.rules import catalogue
from app.rules.commands import SendGift, decode
from app.rules.entries import Grant
from app.rules.gifts import GiftOrder, accepted_json, person_json, price_gift
from app.rules.partitions import partition
from app.rules.rooms import Payee, Room
from app.rules.spending import Bounds, Guard, Limits, begun
from app.rules.terms import GiftTerms
from app.rules.tokens import Person, sign, verify
from app.rules.zones import zone_at
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.crossings import Crossings
from app.store.gift_ways import GiftWays
from app.store.ledger import Ledger
from app.store.moves import Moves
from app.store.rooms import Chunk, Picture, Rooms
from app.store.server import StoreServer
from app.store.spending import Counted, put_limits, read_limits
from app.store.standing import Standing
from loadtest.crossing_world import send

SECRET = "a secret that is long enough for a test run"
SENDERS, MEMBERS = 50, 500
BATCHES = (1, 8, 32, 128, 256)
LIMITED_BATCHES, TURNS = (32, 256), 5
PERSON = Person(sub="load-1", name="load-1", role="viewer", exp=4_000_000_000)
ROOM = Room(id="main", title="Main", kind="live", status="live", streamer=Payee("s7", "Nova"), epoch="e")
NOW_MS = now_ms()
TERMS = GiftTerms(1, read_tariff(Settings(), NOW_MS), "US", None)
GIFT = catalogue.load().by_id()["rose"]

Rows = list[tuple[str, float]]
Send = Callable[[list[GiftOrder]], Awaitable[Sequence[bytes]]]


class _Nowhere(asyncio.Transport):
    """A transport that swallows what is written: the price of everything but the kernel."""

    def get_write_buffer_size(self) -> int:
        """Nothing waits."""
        return 0

    def is_closing(self) -> bool:
        """Never."""
        return False

    def write(self, data: object) -> None:
        """Swallows."""


class _Viewer:
    """A member of a room, as a session is one; `descriptor` is where its frames go, None for through the lane."""

    def __init__(self, descriptor: int | None = None) -> None:
        self._lane = Lane(_Nowhere(), self, Turns(), 4096, descriptor=descriptor)

    def descriptor(self) -> int | None:
        """As Session.descriptor."""
        return self._lane.descriptor

    def deflates(self) -> bool:
        """Never."""
        return False

    def write(self, frame: Broadcast, done: int = 0) -> bool:
        """As Session.write."""
        return self._lane.offer(frame, BUFFER_MAX, done)

    def fall_behind(self) -> None:
        """Never."""

    def lose_place(self) -> None:
        """Never."""

    def on_text(self, payload: bytes) -> None:
        """A command arrived."""

    def on_binary(self, payload: bytes) -> None:
        """Never."""

    def on_other(self, size: int) -> bool:
        """Never."""
        return True

    def on_unready(self) -> None:
        """Never."""

    def on_lost(self) -> None:
        """Never."""


def _us(work: Callable[[], object], seconds: float) -> float:
    """CPU microseconds a call, the best of five rounds of a fifth of the time each."""
    best = float("inf")
    for _ in range(5):
        calls, started, until = 0, time.process_time(), time.perf_counter() + seconds / 5
        while time.perf_counter() < until:
            for _ in range(20):
                work()
            calls += 20
        best = min(best, (time.process_time() - started) / calls)
    return best * 1e6


def _pure(seconds: float) -> Rows:
    command = SendGift(id=uuid7(now_ms()), gift="rose")
    text = b'{"type":"send_gift","id":"%s","gift":"rose"}' % command.id.encode()
    shown, record = person_json(PERSON), ["NA", "2", "4999", "1", "1000", "12", "1"]
    token = sign(SECRET, sub="load-1", name="load-1", role="viewer", exp=4_000_000_000)
    event = b'{"type":"gift_sent","offset":1,"at_ms":1790000000000%s}' % (b"x" * 220)
    frame = bytes((0x81, 0x80 | len(text), 0, 0, 0, 0)) + text
    lane = Lane(_Nowhere(), _Viewer(), Turns(), 4096)
    steps: list[tuple[str, Callable[[], object]]] = [
        ("frame from a viewer to its command's bytes", lambda: lane.data_received(frame)),
        ("bytes to a typed command", lambda: decode(text)),
        ("command to a priced gift", lambda: price_gift(PERSON, shown, ROOM, GIFT, command, TERMS, NOW_MS)),
        ("record to the sender's receipt", lambda: accepted_json(command.id, "rose", 1, record, False)),
        ("frame of one event", lambda: Broadcast([event])),
        ("frames of 100 events", lambda: Broadcast([event] * 100)),
        ("the same, deflated once", lambda: Broadcast([event] * 100).deflated),
        ("token to a person", lambda: verify(SECRET, token, 0.0, 0)),
    ]
    return [(name, _us(work, seconds)) for name, work in steps]


async def _ticks(seconds: float) -> Rows:
    nowhere = [os.open(os.devnull, os.O_WRONLY) for _ in range(MEMBERS)]
    try:
        return [
            (f"tick to {MEMBERS} members, the network left out", await _tick(seconds, nowhere)),
            ("the same, each asked", await _tick(seconds, [None] * MEMBERS)),
        ]
    finally:
        for descriptor in nowhere:
            os.close(descriptor)


async def _tick(seconds: float, descriptors: Sequence[int | None]) -> float:
    live = LiveRoom("main", Rooms(Standing(Store("unix:///nowhere"), "e")), Metrics("0"), Courtesy())
    live.start(Picture(ROOM, 0, 0, b"[]", b"[]", 0, (), b"null"))
    for descriptor in descriptors:
        live.members.add(_Viewer(descriptor))
    rounds, event, started, offset = 0, b'{"type":"gift_sent"}', time.process_time(), 0
    until = time.perf_counter() + seconds
    while time.perf_counter() < until:
        offset += 1
        live.take(b"e %d %d\n%s" % (offset, offset, event))
        await live.reach(offset)
        rounds += 1
    spent = (time.process_time() - started) / rounds * 1e6
    assert live.offset == offset, "a tick was lost"
    assert Chunk(offset, offset, event) == live.ring[-1]
    return spent


async def _script(seconds: float, folder: Path) -> Rows:
    server = StoreServer(folder)
    server.start()
    try:
        return await _script_on(server, seconds) + await _across(server, seconds)
    finally:
        server.stop()


async def _script_on(server: StoreServer, seconds: float) -> Rows:
    store = Store(server.url)
    standing = Standing(store, await open_ledger(store, "e"))
    ledger = Ledger(standing, window_ms=600_000, journal_max=10**9, announce_as="")
    await Rooms(standing).open(ROOM, "e", ',"room":{}}')
    people = [Person(sub=f"load-{i}", name=f"load-{i}", role="viewer", exp=4_000_000_000) for i in range(SENDERS)]
    shown = [person_json(person) for person in people]
    grants = [Grant(id=who.sub, user=who.sub, coins=10**9, reason="micro", by="micro") for who in people]
    await Moves([ledger]).post(grants)
    sender = _Sender(server, ledger, people, shown)
    rows: Rows = []
    for size in BATCHES:
        ours, theirs = await sender.cost(ledger.send_gifts, size, seconds)
        rows.append((f"script, batches of {size}: a gift, client", ours))
        rows.append((f"script, batches of {size}: a gift, store", theirs))
    rows += await _limits(sender, seconds)
    store.close()
    return rows


class _Sender:
    """Sends gifts, as fast as they are answered."""

    def __init__(self, server: StoreServer, ledger: Ledger, people: Sequence[Person], shown: Sequence[str]) -> None:
        self.server, self.ledger, self.people, self._shown = server, ledger, people, shown
        # The room's partition.
        self.at = 0

    async def cost(self, send: Send, size: int, seconds: float) -> tuple[float, float]:
        """CPU microseconds a gift, of the client and of the store, in batches of that size."""
        gifts, ours, theirs = 0, 0.0, _cpu_s(self.server.pid)
        until = time.perf_counter() + seconds
        while time.perf_counter() < until:
            orders = []
            for i in range(size):
                who, command = (gifts + i) % SENDERS, SendGift(id=uuid7(now_ms()), gift="rose")
                wire = price_gift(self.people[who], self._shown[who], ROOM, GIFT, command, TERMS, NOW_MS)
                orders.append(GiftOrder(wire, "main", "rose", lambda _: None, at=self.at))
            began = time.process_time()
            results = await send(orders)
            ours += time.process_time() - began
            assert all(result.startswith(b"NA") for result in results), results[0]
            gifts += size
        return ours / gifts * 1e6, (_cpu_s(self.server.pid) - theirs) / gifts * 1e6


async def _limits(sender: _Sender, seconds: float) -> Rows:
    """What it costs that everybody has every limit: in turns with and without, since the machine changes meanwhile."""
    keys, rows = sender.ledger.keys, list[tuple[str, float]]()
    for size in LIMITED_BATCHES:
        costs: dict[str, list[float]] = {"no limits": [], "all limits on": []}
        for turn in range(2 * TURNS):
            await sender.ledger.store.call("DEL", keys.limits, keys.spending, keys.zones)
            if turn % 2:
                for who in sender.people:
                    await _bound(sender.ledger.standing, who.sub)
            _, theirs = await sender.cost(sender.ledger.send_gifts, size, seconds / TURNS)
            costs["all limits on" if turn % 2 else "no limits"].append(theirs)
        rows += [(f"script, batches of {size}, {how}: a gift, store", median(found)) for how, found in costs.items()]
    return rows


async def _across(server: StoreServer, seconds: float) -> Rows:
    """What a gift costs whose room is in another partition than its sender, in turns with one where both are in one."""
    store, rows = Store(f"{server.url}?db=1"), list[tuple[str, float]]()
    await open_ledger(store, "e", 2)
    ledgers = [
        Ledger(Standing(store, "e", partition=k), window_ms=600_000, journal_max=10**9, announce_as="") for k in (0, 1)
    ]
    ways = GiftWays([Crossings(ledger) for ledger in ledgers], Moves(ledgers))
    at = partition(ROOM.streamer.id, 2)
    await Rooms(ledgers[at].standing).open(ROOM, "e", ',"room":{}}')
    senders = [await _sender_in(server, ledgers, k) for k in (at, 1 - at)]
    for size in LIMITED_BATCHES:
        costs: dict[str, list[tuple[float, float]]] = {"in one partition": [], "across partitions": []}
        for _ in range(TURNS):
            costs["in one partition"].append(await senders[0].cost(ledgers[at].send_gifts, size, seconds / TURNS))
            costs["across partitions"].append(await senders[1].cost(partial(send, ways), size, seconds / TURNS))
        for how, found in costs.items():
            for who, both in zip(("client", "store"), zip(*found, strict=True), strict=True):
                rows.append((f"script, batches of {size}, {how}: a gift, {who}", median(both)))
    store.close()
    return rows


async def _sender_in(server: StoreServer, ledgers: Sequence[Ledger], k: int) -> _Sender:
    """Who sends gifts from that partition to the room, wherever that is."""
    names = [name for i in range(4 * SENDERS) if partition(name := f"load-{i}", 2) == k][:SENDERS]
    people = [Person(sub=name, name=name, role="viewer", exp=4_000_000_000) for name in names]
    grants = [Grant(id=name, user=name, coins=10**9, reason="micro", by="micro") for name in names]
    await Moves(ledgers).post(grants)
    sender = _Sender(server, ledgers[k], people, [person_json(person) for person in people])
    sender.at = partition(ROOM.streamer.id, 2)
    return sender


async def _bound(standing: Standing, user: str) -> None:
    """Sets every limit that a person and a guardian can set, none of them in the way."""
    high, zone = 10**12, zone_at("Europe/Berlin", NOW_MS)
    guard = Guard(gift=high, day=high, week=high, month=high, approve_from=high)
    own = Limits(gift=high, day=high, week=high, month=high)
    bounds = Bounds(version=1, tz="Europe/Berlin", own=own, every=10**9, guard=guard)
    kept = await read_limits(standing, user)
    counted = Counted(begun(kept.given, (0, 0, 0), zone, NOW_MS), kept.n)
    assert await put_limits(standing, user, bounds, zone, counted), "nobody has promoted anything"


def _cpu_s(pid: int | None) -> float:
    """CPU seconds of a process so far; 0 where there is no /proc."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return 0.0
    # To the nanosecond, where the kernel keeps that.
    schedule = stat.with_name("schedstat")
    if schedule.exists():
        return int(schedule.read_text().split()[0]) / 1e9
    fields = stat.read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100


def main() -> int:
    """Runs all of them and prints a table."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.micro",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --seconds 3",
    )
    parser.add_argument("--seconds", type=float, default=1.0, help="how long each step is measured (default 1)")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args()
    print("fanfare: measuring, about half a minute at one second a step", file=sys.stderr)
    rows = _pure(args.seconds) + asyncio.run(_ticks(args.seconds))
    with tempfile.TemporaryDirectory(prefix="fanfare-") as folder:
        rows += asyncio.run(_script(args.seconds, Path(folder)))
    if args.json:
        print(json.dumps(dict(rows), indent=2))
    else:
        print("\n".join(f"{cost:9.2f} us  {name}" for name, cost in rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
