from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.books import rebuild_ledger as module
from app.actions.books.late_gifts import LateGifts
from app.actions.books.rebuild_ledger import HasAll, Known, Rebuild, Rebuilt
from app.actions.books.rebuild_whole import known_of, rebuild_whole
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.entries import find_entries
from app.archive.rooms import Lasting, keep_rooms
from app.base.errors import StoreError
from app.rules.crossings import Sent
from app.rules.partitions import partition
from app.rules.standing import Mark
from app.store.birth import open_ledger
from app.store.crossings import DEADLINE_MS
from app.store.keys import Keys
from app.store.partitions import Partitions
from app.store.seen import Seen
from loadtest.crossing_loss import copy_of, put_back
from loadtest.crossing_world import EPOCH, GUESTS, PAYERS, ROOMS, STREAMERS, WINDOW_MS, P, Worker, order
from tests.actions.books.four import Four, four_with_books
from tests.actions.books.test_prove_crossings import happen
from tests.store.crossing import pass_time, pay
from tests.store.moving import chargeback, freeze, unfreeze
from tests.world import texts


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """An id of before is told from one of after by the millisecond, which nobody has to wait for."""
    monkeypatch.setattr(module, "SKEW_MS", 0)


@pytest.fixture
async def four(store_url: str, books: Archive) -> AsyncIterator[Four]:
    """A newborn ledger of four partitions, its rooms and all that has happened until now archived."""
    async with four_with_books(store_url, books) as four:
        await keep_rooms_of(books)
        yield four


async def keep_rooms_of(books: Archive) -> None:
    """The archive knows the rooms and where they are."""
    await books.write(keep_rooms, [Lasting(room, partition=k) for k, room in enumerate(ROOMS.values())], [], 1)


async def rebuild(four: Four, known: Sequence[Known] = (Known(),) * P, *, replace: bool = False) -> list[Rebuilt]:
    """Rebuilds what lacks anything."""
    rebuilds = [
        Rebuild(
            four.store,
            four.archive,
            epoch=EPOCH,
            known=known[k],
            window_ms=WINDOW_MS,
            progress=lambda what, done, of: None,
            by="a test",
            part=(k, P),
        )
        for k in range(P)
    ]
    return await rebuild_whole(rebuilds, replace=replace)


async def end_all(four: Four) -> None:
    """Relays and the bookkeeper do what they do once two hours have passed."""
    await pass_time(four.store, 2 * DEADLINE_MS)
    worker = four.begin_anew()
    for k in range(P):
        await worker.ways.take_over(k)
    await four.archive_all()

    async def ask(k: int, keys: Sequence[str]) -> object:
        return await four.archive.read(find_entries, keys, k)

    late = LateGifts(worker.steps, worker.standings, ask)  # type: ignore[arg-type]  # what it finds is that
    for k in range(P):
        await late.step(k)
    await four.archive_all()


async def test_a_flushed_store_is_whole_again(four: Four) -> None:
    """Each partition has what it had, and what was under way is under way and ends; no gift is lost or doubled."""
    await happen(four)
    sent = [order(PAYERS[3], 0), order(PAYERS[3], 2, receiver=GUESTS[2])]
    answers = texts(await four.worker.send(sent))
    await four.archive_all()
    before = [await audit.read(PAYERS + STREAMERS) for audit in four.audits()]
    lying = [await audit.outbox() for audit in four.audits()]
    await four.store.call("FLUSHDB")
    rebuilt = await rebuild(four)
    four.begin_anew()

    assert before == [await audit.read(PAYERS + STREAMERS) for audit in four.audits()]
    assert lying == [await audit.outbox() for audit in four.audits()]
    assert [3, 0, 1, 0] == [one.under_way for one in rebuilt]
    assert EPOCH == await open_ledger(four.store, "", P)
    assert [] == (await four.verify()).problems
    assert ["D" + answer[1:] for answer in answers] == texts(await four.worker.send(sent))
    await end_all(four)
    after = await four.verify()
    assert ([], 0, {"gift_paid": 20, "gift_closed": 18, "gift_returned": 2}) == (
        after.problems,
        after.under_way,
        {kind: count for kind, count in after.kinds.items() if kind in ("gift_paid", "gift_closed", "gift_returned")},
    )


async def test_rooms_are_where_they_were(four: Four) -> None:
    """The directory is whole again, also of what the archive does not know yet; gifts of after it arrive."""
    await four.archive_all()
    partitions = Partitions(four.worker.ledgers)
    await four.store.call("DEL", *(Keys(partition(room, P)).where(room) for room in ROOMS))
    copy = [await copy_of(four.store, k) for k in range(P)]
    await four.store.call("FLUSHDB")
    await rebuild(four)

    assert [0, 1, 2, 3] == [(await partitions.at(room)).standing.partition for room in ROOMS]
    worker = four.begin_anew()
    assert ["NA"] * 2 == [text[:2] for text in texts(await worker.send([order(PAYERS[0], 2), order(PAYERS[2], 1)]))]
    assert copy


async def test_one_partition_is_healed_while_the_others_go_on(four: Four, tmp_path: Path) -> None:
    """Only what has lost its tail is replaced; ids are answered as before, and what is under way ends."""
    before = await copy_of(four.store, 1)
    gifts = [order(PAYERS[1], 2), order(PAYERS[0], 1), order(PAYERS[2], 1, receiver=GUESTS[1])]
    answers = texts(await four.worker.send(gifts))
    shown, back = await pay(four.worker, order(PAYERS[0], 1), order(PAYERS[0], 1))
    await four.worker.steps[1].deliver([shown], [True])
    await four.archive_all()
    seen = Seen(tmp_path, EPOCH, "0")
    seen.note_mark(Mark(0, 99, "f" * 40, "1790000009000-0"), 1)
    seen.close()
    await put_back(four.store, 1, before)
    with pytest.raises(StoreError, match="has lost entries"):
        await rebuild(four)
    others = [await copy_of(four.store, k) for k in (0, 2, 3)]
    (rebuilt,) = await rebuild(four, [known_of(tmp_path, EPOCH, k) for k in range(P)], replace=True)

    assert (1, 1, 99) == (rebuilt.partition, rebuilt.replaced_n, rebuilt.seen_n)
    assert others == [await copy_of(four.store, k) for k in (0, 2, 3)]
    with pytest.raises(HasAll, match="nothing to do"):
        await rebuild(four, replace=True)
    worker = four.begin_anew()
    assert ["D" + answer[1:] for answer in answers] == texts(await worker.send(gifts))
    assert [] == (await four.verify()).problems
    assert ["NA"] == [text[:2] for text in texts(await worker.send([order(PAYERS[3], 2)]))]
    await end_all(four)
    report = await four.verify()
    assert ([], 0, 1) == (report.problems, report.under_way, report.kinds["gift_returned"])
    assert back.name not in shown.name


async def test_what_cannot_fit_any_more_is_told_with_its_ids(four: Four, tmp_path: Path) -> None:
    """A gift of which one partition's archive has a step and the other's has lost one is named, as lost, ever after."""
    await four.archive_all()
    spent, shown = order(PAYERS[0], 1), order(PAYERS[3], 2)
    await four.worker.send([spent, shown])
    await four.archive_all(0, 2)
    seen = Seen(tmp_path, EPOCH, "0")
    for k, standing in enumerate(four.worker.standings):
        seen.note_mark(standing.mark, k)
    seen.close()
    await four.store.call("FLUSHDB")
    before = await rebuild(four, [known_of(tmp_path, EPOCH, k) for k in range(P)])
    report = await four.verify()

    assert [0, 1, 0, 2] == [one.missing for one in before]
    assert [] == report.problems
    assert {
        f"gift {PAYERS[0]}:{spent.wire.id} is spent (n 3 of partition 0), and was never delivered",
        f"gift {PAYERS[3]}:{shown.wire.id} was never paid",
    } == set(report.lost)
    worker = four.begin_anew()
    await worker.send([order(PAYERS[0], 1), order(PAYERS[1], 2)])
    await four.archive_all()
    assert (report.lost, []) == ((later := await four.verify()).lost, later.problems)


# Who gives, in which room, to its guest or its streamer, how many, and how far that comes.
STEPS = st.lists(
    st.tuples(
        st.sampled_from(range(P)),
        st.sampled_from(range(P)),
        st.booleans(),
        st.integers(1, 9),
        st.sampled_from(["paid", "delivered", "ended", "ended", "frozen", "taken back"]),
    ),
    min_size=1,
    max_size=12,
)


async def give(worker: Worker, k: int, at: int, is_guests: bool, many: int, how: str) -> None:
    """Somebody gives something, and it comes so far; or it is no gift at all."""
    if how == "frozen":
        await worker.post(freeze(PAYERS[k]) if is_guests else unfreeze(PAYERS[k]))
    elif how == "taken back":
        await worker.post(chargeback(PAYERS[k], many))
    elif is_guests or at != k:
        gift = order(PAYERS[k], at, quantity=many, receiver=(GUESTS if is_guests else STREAMERS)[at])
        if how == "ended":
            await worker.send([gift])
            return
        (sent,) = await worker.steps[k].pay([gift])
        if how == "delivered" and isinstance(sent, Sent):
            await worker.steps[at].deliver([sent], [partition(sent.receiver, P) == at])


@given(histories=st.lists(STEPS, min_size=1, max_size=2))
@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_history_is_rebuilt(
    histories: list[list[tuple[int, int, bool, int, str]]],
    store_url: str,
    empty_books: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """After gifts that have come however far, each partition has what it had; and all of them end."""

    async def live() -> None:
        path = tmp_path_factory.mktemp("books") / "books.db"
        shutil.copy(empty_books, path)
        archive = Archive(sqlite_url(path))
        async with four_with_books(store_url, archive) as four:
            await keep_rooms_of(archive)
            for steps in histories:
                for step in steps:
                    await give(four.worker, *step)
                await four.archive_all()
                before = [(await audit.read(PAYERS + STREAMERS), await audit.outbox()) for audit in four.audits()]
                await four.store.call("FLUSHDB")
                await rebuild(four)
                four.begin_anew()
                after = [(await audit.read(PAYERS + STREAMERS), await audit.outbox()) for audit in four.audits()]
                assert before == after
            # What has ended in one partition is to be archived before the next is asked.
            await end_all(four)
            await end_all(four)
            report = await four.verify()
            assert ([], [], 0) == (report.problems, report.lost, report.under_way)
        archive.close()

    asyncio.run(live())
