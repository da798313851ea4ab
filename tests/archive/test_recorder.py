from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, select

from app.archive.archive import Archive
from app.archive.cursor import Cursor, read_cursor
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.archive.recorder import Recorder
from app.archive.schema import ACCOUNTS, ENTRIES, POSTINGS
from app.archive.summary import Summary
from app.base.errors import BooksBroken
from app.rules.entries import PayoutHold, Settlement
from app.rules.replay import Batch, Placed
from tests.archive.tables import Tables, dump
from tests.journal import BORN_MS, Journal, gift, grant

HOLD_MS = 3_600_000


def recorder() -> Recorder:
    """One that knows nothing yet."""
    return Recorder("e1", lambda _: HOLD_MS)


def busy() -> Journal:
    """Some batches of grants and gifts."""
    journal = Journal()
    journal.write(grant("ann", 100), grant("bob", 50))
    journal.write(gift("ann", "sam", 30), gift("ann", "sue", 5), gift("bob", "sam", 50))
    journal.write(gift("ann", "sam", 7))
    return journal


def statement(connection: Connection, account: str) -> list[tuple[int, int, int]]:
    """The n, amount and balance of an account's postings."""
    query = select(POSTINGS.c.n, POSTINGS.c.amount, POSTINGS.c.balance)
    query = query.join(ACCOUNTS, ACCOUNTS.c.id == POSTINGS.c.account).where(ACCOUNTS.c.name == account)
    return [(n, amount, balance) for n, amount, balance in connection.execute(query.order_by(POSTINGS.c.n))]


async def test_entries_and_postings_are_written(archive: Archive) -> None:
    """Each entry has its line, and each account its movements with the balance after each."""
    journal = busy()
    cursor = await archive.write(recorder().record, journal.placed)

    assert Cursor("e1", 6, journal.replay.head, f"{BORN_MS + 3000}-0", BORN_MS + 3000) == cursor
    assert cursor == await archive.read(read_cursor)
    assert [(1, 100, 100), (3, -30, 70), (4, -5, 65), (6, -7, 58)] == await archive.read(statement, "viewer:ann:coins")
    assert [(3, 30_000, 30_000), (5, 50_000, 80_000), (6, 7000, 87_000)] == await archive.read(
        statement, "streamer:sam:diamonds_pending"
    )
    rows = await archive.read(lambda c: c.execute(select(ENTRIES.c.n, ENTRIES.c.head, ENTRIES.c.payload)).all())
    assert [line for _, batch in journal.placed for line in batch.payload.split("\n")] == [row.payload for row in rows]
    assert {batch.first + batch.count - 1: batch.head for _, batch in journal.placed} == {
        row.n: row.head for row in rows if row.head
    }


async def written_at_once(journal: Journal, folder: Path) -> Tables:
    """What one recorder writes of a journal in one transaction, in SQLite."""
    archive = Archive(sqlite_url(folder / "at-once.db"))
    await archive.write(migrate)
    await archive.write(recorder().record, journal.placed)
    tables = await archive.read(dump)
    archive.close()
    return tables


@pytest.mark.parametrize("always_new", [False, True])
async def test_the_same_rows_however_it_is_cut(archive: Archive, always_new: bool, tmp_path: Path) -> None:
    """One batch at a time by one who knows, or by another each time, or all at once: the same rows."""
    journal, one = busy(), recorder()
    for placed in journal.placed:
        await archive.write((recorder() if always_new else one).record, [placed])

    assert await written_at_once(journal, tmp_path) == await archive.read(dump)


async def test_what_is_archived_is_not_archived_again(archive: Archive) -> None:
    """Batches that are there already are passed over, alone or before new ones."""
    journal, one = busy(), recorder()
    await archive.write(one.record, journal.placed[:2])
    before = await archive.read(dump)
    await archive.write(one.record, journal.placed[:2])
    await archive.write(recorder().record, journal.placed[1:2])

    assert before == await archive.read(dump)
    assert 6 == (await archive.write(recorder().record, journal.placed)).n


async def test_two_at_once_write_the_same_rows(archive: Archive, tmp_path: Path) -> None:
    """Several archivers that work against each other write each entry once."""
    journal = Journal()
    journal.write(*(grant(f"v{i}", 1000) for i in range(20)))
    for i in range(30):
        journal.write(*(gift(f"v{i % 20}", f"s{k}", 1 + k) for k in range(3)))

    async def work() -> None:
        mine = recorder()
        for at in range(0, len(journal.placed), 3):
            await archive.write(mine.record, journal.placed[max(0, at - 3) : at + 3])

    await asyncio.gather(*(work() for _ in range(4)))

    assert await written_at_once(journal, tmp_path) == await archive.read(dump)


async def test_a_commit_that_failed_is_forgotten(archive: Archive) -> None:
    """What a recorder thought it had written, and had not, does not spoil what it writes next."""
    journal, one = busy(), recorder()
    await archive.write(one.record, journal.placed[:1])

    def broken(connection: Connection) -> None:
        one.record(connection, journal.placed[1:2])
        raise LookupError

    with pytest.raises(LookupError):
        await archive.write(broken)
    await archive.write(one.record, journal.placed)

    assert [(1, 100, 100), (3, -30, 70), (4, -5, 65), (6, -7, 58)] == await archive.read(statement, "viewer:ann:coins")


async def test_what_failed_half_way_is_forgotten(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """A write that fails after accounts were made and balances counted does not spoil the next."""
    journal, one = busy(), recorder()
    await archive.write(one.record, journal.placed[:1])

    def broken(*_: object) -> None:
        raise LookupError

    with monkeypatch.context() as patched:
        patched.setattr(Summary, "write", broken)
        with pytest.raises(LookupError):
            await archive.write(one.record, journal.placed)
    await archive.write(one.record, journal.placed)

    assert [(1, 100, 100), (3, -30, 70), (4, -5, 65), (6, -7, 58)] == await archive.read(statement, "viewer:ann:coins")
    assert [(3, 30_000, 30_000), (5, 50_000, 80_000), (6, 7000, 87_000)] == await archive.read(
        statement, "streamer:sam:diamonds_pending"
    )


def spoiled(placed: Placed, **changed: object) -> list[Placed]:
    """A batch that was tampered with."""
    stream_id, batch = placed
    return [(stream_id, replace(batch, **changed))]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"first": 8}, "n is not dense: 8 follows 6"),
        ({"head": "0" * 40}, "the chain is broken at n 7"),
        ({"payload": '["gift"]'}, "the chain is broken at n 7; n 7 cannot be read"),
    ],
)
async def test_what_does_not_continue_the_books_is_refused(
    archive: Archive, changed: dict[str, object], why: str
) -> None:
    """A gap, a fork or an entry that cannot be read stops it, and nothing is written."""
    journal = busy()
    await archive.write(recorder().record, journal.placed)
    before = await archive.read(dump)
    (next_one,) = journal.write(grant("eve", 1))
    with pytest.raises(BooksBroken, match=why):
        await archive.write(recorder().record, spoiled(next_one, **changed))

    assert before == await archive.read(dump)


async def test_another_last_entry_is_a_fork(archive: Archive) -> None:
    """A store whose entry of the archive's last number is another one has forked."""
    journal = busy()
    await archive.write(recorder().record, journal.placed)

    with pytest.raises(BooksBroken, match="forked"):
        await archive.write(recorder().record, spoiled(journal.placed[-1], head="0" * 40))


async def test_another_balance_than_was_noted_is_refused(archive: Archive) -> None:
    """Where the store noted another balance than the books have, something is wrong with one of them."""
    journal = busy()
    await archive.write(recorder().record, journal.placed)
    journal.replay.balances["viewer:ann:coins"] += 1
    (next_one,) = journal.write(gift("ann", "sam", 1))

    with pytest.raises(BooksBroken, match="viewer:ann:coins has 57 where 58 was noted"):
        await archive.write(recorder().record, [next_one])


async def test_another_ledger_is_refused(archive: Archive) -> None:
    """The archive belongs to one ledger."""
    journal = busy()
    await archive.write(recorder().record, journal.placed[:1])

    with pytest.raises(BooksBroken, match="the books of ledger e1, not of e2"):
        await archive.write(Recorder("e2", lambda _: HOLD_MS).record, journal.placed[1:])


async def test_a_number_beyond_53_bits_is_kept(archive: Archive) -> None:
    """The largest amounts arrive whole."""
    journal = Journal()
    journal.write(grant("ann", 9 * 10**15))
    journal.write(gift("ann", "sam", 9 * 10**15, streamer_milli=9 * 10**15, platform_milli=0))
    await archive.write(recorder().record, journal.placed)

    assert [(1, 9 * 10**15, 9 * 10**15), (2, -9 * 10**15, 0)] == await archive.read(statement, "viewer:ann:coins")


async def test_a_batch_without_entries_is_refused(archive: Archive) -> None:
    """A batch that says it has none cannot be read."""
    with pytest.raises(BooksBroken):
        await archive.write(recorder().record, [("1-0", Batch(1, 0, "", 0, ""))])


async def test_balances_that_are_noted_and_not_posted_to(archive: Archive) -> None:
    """A recorder that has just begun knows the balances that an entry notes, those that it leaves alone too."""
    journal = Journal()
    journal.write(grant("ann", 100))
    journal.write(gift("ann", "sam", 20))
    journal.write(Settlement(id="sam:0", user="sam", milli=10_000, since_ms=0, until_ms=1))
    journal.write(PayoutHold(id="p", user="sam", milli=4000))
    await archive.write(Recorder("e1", lambda _: 1000).record, journal.placed)
    later = journal.write(Settlement(id="sam:1", user="sam", milli=10_000, since_ms=1, until_ms=2))

    assert 5 == (await archive.write(Recorder("e1", lambda _: 1000).record, later)).n
