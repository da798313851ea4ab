"""What the books cost and hold: `python -m loadtest.archive`.

Sells gifts into a store of its own, archives them, proves the books, loses the store and rebuilds it; then sells at an
even pace with the bookkeeper and without. Never a test: figures differ by machine and hour.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import Struct, convert, field, to_builtins

from app.actions.books.archive_journal import Archiver
from app.actions.books.copy_rooms import RoomCopier
from app.actions.books.rebuild_ledger import Known, Rebuild
from app.actions.read_tariff import read_tariff
from app.actions.verify_ledger import verify_ledger
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.archive.recorder import Recorder
from app.archive.statements import statement
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import BooksBroken, ConfigError
from app.base.ids import uuid7
from app.commands.progress import Bar
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.entries import Grant
from app.rules.gifts import GiftOrder, person_json, price_gift
from app.rules.postings import coins_of, diamonds_of
from app.rules.rooms import Payee, Room
from app.rules.terms import GiftTerms
from app.rules.tokens import Person
from app.run.bookkeeper import GC_THRESHOLD
from app.store.audit import Audit
from app.store.birth import open_ledger
from app.store.client import Store
from app.store.epoch import remember_epoch
from app.store.journal import Journal
from app.store.ledger import Ledger
from app.store.moves import BATCH_MAX, Moves
from app.store.partitions import Partitions
from app.store.rooms import Rooms
from app.store.server import StoreServer
from app.store.standing import Standing
from loadtest.machine import use_of
from loadtest.postgres import NoPostgres, PostgresServer

BATCH = 256
ROOMS, PAGES = 50, 200
HOLD_MS = 7 * 86_400_000
WINDOW_MS = 600_000
TICK_S = 0.01
SAMPLES = 10
TERMS = GiftTerms(1, read_tariff(Settings(), now_ms()), "US", None)
GIFT = next(gift for gift in catalogue.load().gifts if gift.id == "rose")


class Archived(Struct, kw_only=True):
    """What one engine made of all entries.

    Attributes:
        cpu_s: CPU seconds of this process, which the machine may have given it late.
        rss_mb: this process's memory along the way.
    """

    engine: str
    entries: int
    postings: int
    seconds: float = 0.0
    cpu_s: float = 0.0
    a_second: float = 0.0
    rss_mb: list[int] = field(default_factory=list)
    page_ms: float = 0.0
    page_ms_max: float = 0.0
    verify_s: float = 0.0
    verify_cpu_s: float = 0.0
    rebuild_s: float = 0.0
    rebuild_cpu_s: float = 0.0


class Paced(Struct, kw_only=True):
    """Gifts at an even pace: CPU a gift in microseconds, of the store and of who sends them, and the archive's lag."""

    rate: int
    alone_us: float = 0.0
    archiving_us: float = 0.0
    more: float = 0.0
    lag_p50_ms: float = 0.0
    lag_p99_ms: float = 0.0


class Sold(NamedTuple):
    """A ledger and those who send gifts in it."""

    store: Store
    ledger: Ledger
    server: StoreServer
    rooms: Sequence[Room]
    people: Sequence[tuple[Person, str]]

    def orders(self, first: int, count: int) -> list[GiftOrder]:
        """The next gifts: anyone's, in any room."""
        orders, at_ms = [], self.ledger.standing.clock()
        for i in range(first, first + count):
            person, shown = self.people[i * 7919 % len(self.people)]
            room = self.rooms[i * 31 % len(self.rooms)]
            command = SendGift(id=uuid7(at_ms), gift=GIFT.id)
            wire = price_gift(person, shown, room, GIFT, command, TERMS, at_ms)
            orders.append(GiftOrder(wire, room.id, GIFT.id, _nobody))
        return orders

    async def send(self, first: int, count: int) -> None:
        """Sends them as one batch; each is paid."""
        results = await self.ledger.send_gifts(self.orders(first, count))
        assert all(result.startswith(b"NA") for result in results), results[0]

    def cpu_s(self) -> float:
        """CPU seconds so far of the store and this process."""
        use = use_of(self.server.pid or 0)
        return time.process_time() + (use.cpu_s if use else 0.0)


def _nobody(_: bytes) -> None:
    """Nobody waits for the answer."""


@asynccontextmanager
async def selling(folder: Path, people: int) -> AsyncIterator[Sold]:
    """A store with rooms, and people with coins."""
    server = StoreServer(folder)
    server.start()
    store = Store(server.url)
    try:
        standing = Standing(store, await open_ledger(store, "bench"))
        remember_epoch(folder, "bench")
        ledger = Ledger(standing, window_ms=WINDOW_MS, journal_max=10**9, announce_as="")
        opened = []
        for i in range(ROOMS):
            room = Room(id=f"r{i}", title="T", kind="live", status="live", streamer=Payee(f"s{i}", "S"))
            await Rooms(standing).open(room, "e", ',"room":{}}')
            opened.append(room)
        givers = [Person(sub=f"v{i}", name=f"V{i}", role="viewer", exp=2**40) for i in range(people)]
        grants = [Grant(id=one.sub, user=one.sub, coins=10**9, reason="bench", by="bench") for one in givers]
        for at in range(0, people, BATCH_MAX):
            await Moves([ledger]).post(grants[at : at + BATCH_MAX])
        yield Sold(store, ledger, server, opened, [(one, person_json(one)) for one in givers])
    finally:
        store.close()
        server.stop()


async def sell(sold: Sold, count: int, progress: Bar) -> None:
    """So many gifts, as fast as it goes: what is measured of them comes later."""
    await sold.store.call("CONFIG", "SET", "appendfsync", "no")
    for at in range(0, count, BATCH):
        await sold.send(at, min(BATCH, count - at))
        progress("gifts sent", at, count)
    await sold.store.call("CONFIG", "SET", "appendfsync", "always")


async def archive_all(sold: Sold, archive: Archive, progress: Bar) -> Archived:
    """Archives the journal from its beginning, as the bookkeeper does."""
    journal = Journal(sold.store, "bench")
    archiver = Archiver(journal, archive, Recorder("bench", lambda card: HOLD_MS), now_ms)
    end = await journal.end()
    made = Archived(engine=archive.engine.dialect.name, entries=end.n, postings=0)
    began_s, used_s, done = time.perf_counter(), time.process_time(), 0
    while step := await archiver.step():
        if not step.archived:
            break
        done += step.archived
        progress(f"entries archived into {made.engine}", done, end.n)
        if done >= (len(made.rss_mb) + 1) * end.n // SAMPLES:
            use = use_of(os.getpid())
            made.rss_mb.append(use.rss_bytes // 2**20 if use else 0)
    made.seconds, made.cpu_s = time.perf_counter() - began_s, time.process_time() - used_s
    made.a_second = end.n / made.seconds
    await RoomCopier(Partitions([sold.ledger]), archive, now_ms).step()
    return made


async def measure_pages(sold: Sold, archive: Archive, made: Archived) -> None:
    """Statements of people and of streamers, first pages and later ones."""
    made.postings = await archive.read(_count)
    times = []
    for i in range(PAGES):
        person, room = sold.people[i * 13 % len(sold.people)][0], sold.rooms[i % ROOMS]
        account = coins_of(person.sub) if i % 2 else diamonds_of(room.streamer.id, "pending")
        before = made.entries // 2 if i % 3 == 0 else None
        began_s = time.perf_counter()
        await archive.read(statement, account, 50, before)
        times.append((time.perf_counter() - began_s) * 1000)
    made.page_ms, made.page_ms_max = statistics.median(times), sorted(times)[int(0.99 * PAGES)]


def _count(connection: Any) -> int:
    found: int = connection.exec_driver_sql("SELECT count(*) FROM postings").scalar()
    return found


async def prove_and_rebuild(sold: Sold, archive: Archive, made: Archived, progress: Bar) -> None:
    """Proves all books from the first entry on, loses the store, rebuilds it, and proves it again."""
    audit, journal = Audit(sold.store), Journal(sold.store, "bench")
    began_s, used_s = time.perf_counter(), time.process_time()
    report = await verify_ledger([audit], archive, [journal], progress, full=True)
    made.verify_s, made.verify_cpu_s = time.perf_counter() - began_s, time.process_time() - used_s
    if not report.ok:
        raise BooksBroken("; ".join(report.problems[:3]))
    await sold.store.call("FLUSHALL")
    began_s, used_s = time.perf_counter(), time.process_time()
    rebuild = Rebuild(
        sold.store, archive, epoch="bench", known=Known(), window_ms=WINDOW_MS, progress=progress, by="loadtest"
    )
    await rebuild.run()
    made.rebuild_s, made.rebuild_cpu_s = time.perf_counter() - began_s, time.process_time() - used_s


async def paced(sold: Sold, rate: int, seconds: float, each: Callable[[float, int], None] | None = None) -> float:
    """Gifts at an even pace for so long; CPU microseconds a gift. `each` is told when, and the n that was reached."""
    began_s, sent, spent_s = time.perf_counter(), 0, sold.cpu_s()
    while (now_s := time.perf_counter()) < began_s + seconds:
        due = int((now_s - began_s) * rate) - sent
        if due > 0:
            await sold.send(sent, min(due, BATCH))
            sent += min(due, BATCH)
            if each is not None:
                each(time.perf_counter(), sold.ledger.standing.mark.n)
        await asyncio.sleep(TICK_S)
    return (sold.cpu_s() - spent_s) / sent * 1e6


@asynccontextmanager
async def bookkeeper(folder: Path) -> AsyncIterator[None]:
    """A bookkeeper in a process of its own."""
    code = "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))"
    words = [sys.executable, "-c", code, "bookkeeper", "--data", str(folder)]
    process = await asyncio.create_subprocess_exec(*words, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    await process.stdout.readline()
    try:
        yield
    finally:
        process.terminate()
        await process.wait()


async def measure_pace(sold: Sold, folder: Path, rate: int, seconds: float) -> Paced:
    """CPU a gift with the bookkeeper and without, in turns; then the archive's lag behind the ledger."""
    made, alone, archiving = Paced(rate=rate), [], []
    archive = Archive(sqlite_url(folder / "archive.db"))
    await paced(sold, rate, 1)
    for _ in range(2):
        alone.append(await paced(sold, rate, seconds))
        async with bookkeeper(folder):
            await _caught_up(sold, archive)
            archiving.append(await paced(sold, rate, seconds))
    made.alone_us, made.archiving_us = statistics.mean(alone), statistics.mean(archiving)
    made.more = made.archiving_us / made.alone_us - 1
    async with bookkeeper(folder):
        await _caught_up(sold, archive)
        lags = sorted(await _lags(sold, archive, rate, seconds))
    made.lag_p50_ms, made.lag_p99_ms = (lags[int(share * len(lags))] * 1000 for share in (0.5, 0.99))
    archive.close()
    return made


async def _caught_up(sold: Sold, archive: Archive) -> None:
    while (await archive.read(read_cursor)).n < sold.ledger.standing.mark.n:  # noqa: ASYNC110  # nobody tells
        await asyncio.sleep(0.05)


async def _lags(sold: Sold, archive: Archive, rate: int, seconds: float) -> list[float]:
    sent: list[tuple[float, int]] = []
    seen: list[tuple[float, int]] = []

    async def watch() -> None:
        while True:
            n = (await archive.read(read_cursor)).n
            seen.append((time.perf_counter(), n))
            await asyncio.sleep(0.01)

    watching = asyncio.create_task(watch())
    await paced(sold, rate, seconds, lambda at_s, n: sent.append((at_s, n)))
    await _caught_up(sold, archive)
    await asyncio.sleep(0.1)
    watching.cancel()
    at, lags = 0, []
    for sent_s, n in sent:
        while seen[at][1] < n:
            at += 1
        lags.append(max(0.0, seen[at][0] - sent_s))
    return lags


async def measure(folder: Path, args: argparse.Namespace) -> dict[str, Any]:
    """All of it."""
    progress, archived = Bar(), list[Archived]()
    async with selling(folder, args.people) as sold:
        await sell(sold, args.entries, progress)
        archives = [Archive(address) for address in (sqlite_url(folder / "archive.db"), *args.archive)]
        for archive in archives:
            await archive.write(migrate)
            archived.append(await archive_all(sold, archive, progress))
            await measure_pages(sold, archive, archived[-1])
        for archive, made in zip(archives, archived, strict=True):
            await prove_and_rebuild(sold, archive, made, progress)
            archive.close()
        pace = await measure_pace(sold, folder, args.rate, args.seconds) if args.seconds else None
    progress.end()
    return {"archived": [to_builtins(one) for one in archived], "paced": to_builtins(pace)}


def own_postgres(ended: ExitStack) -> str:
    """The address of an empty database of a server in a folder of its own, until `ended`."""
    folder = Path(ended.enter_context(tempfile.TemporaryDirectory(prefix="fanfare-pg-")))
    server = PostgresServer(folder)
    ended.callback(server.stop)
    server.start()
    return server.url()


def text(report: dict[str, Any]) -> str:
    """The report for people."""
    lines = []
    for values in report["archived"]:
        one = convert(values, Archived)
        lines += [
            f"{one.engine}: {one.entries:,} entries archived in {one.seconds:.1f} s ({one.cpu_s:.1f} s of CPU), "
            f"{one.a_second:,.0f} a second; memory {' '.join(map(str, one.rss_mb))} MB",
            f"  a page of 50 of a statement, of {one.postings:,} postings: {one.page_ms:.1f} ms, "
            f"99 of 100 within {one.page_ms_max:.1f} ms",
            f"  proved from the first entry on in {one.verify_s:.1f} s ({one.verify_cpu_s:.1f} s of CPU); "
            f"store rebuilt in {one.rebuild_s:.1f} s ({one.rebuild_cpu_s:.1f} s of CPU)",
        ]
    if report["paced"]:
        pace = convert(report["paced"], Paced)
        lines += [
            f"{pace.rate:,} gifts a second: {pace.alone_us:.0f} us of CPU a gift, {pace.archiving_us:.0f} us while "
            f"they are archived ({pace.more:+.1%})",
            f"  archived after {pace.lag_p50_ms:.0f} ms, 99 of 100 within {pace.lag_p99_ms:.0f} ms",
        ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Runs it and prints what was measured."""
    parser = argparse.ArgumentParser(
        prog="python -m loadtest.archive",
        description=(__doc__ or "").partition("\n")[0],
        epilog="example: %(prog)s --entries 1000000 --postgres",
    )
    parser.add_argument("--entries", type=int, default=1_000_000, metavar="N", help="gifts to archive (default 10^6)")
    parser.add_argument("--people", type=int, default=10_000, metavar="N", help="who send them (default 10 000)")
    parser.add_argument("--archive", action="append", default=[], metavar="URL", help="an empty database as well")
    parser.add_argument("--postgres", action="store_true", help="a PostgreSQL as well, started for it and then removed")
    parser.add_argument("--rate", type=int, default=1000, metavar="R", help="gifts a second, paced (default 1 000)")
    parser.add_argument("--seconds", type=float, default=10, metavar="S", help="how long each; 0: not (default 10)")
    parser.add_argument("--json", action="store_true", help="for machines")
    args = parser.parse_args(argv)
    gc.set_threshold(GC_THRESHOLD, 50, 50)
    try:
        with tempfile.TemporaryDirectory(prefix="fanfare-books-") as folder, ExitStack() as ended:
            if args.postgres:
                args.archive.append(own_postgres(ended))
            report = asyncio.run(measure(Path(folder), args))
    except (NoPostgres, ConfigError) as error:
        parser.error(str(error))
    print(json.dumps(report) if args.json else text(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
