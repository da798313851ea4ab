from __future__ import annotations

import csv
import io
from collections import Counter
from hashlib import sha1

import pytest

from app.actions.books.export_books import HEADS, TABLES, Span, Table, export_books, find_span
from app.archive import exports
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.rules.moments import Moment, read_moment
from tests.journal import BORN_MS, Journal, gift, grant


@pytest.fixture
async def journal(archive: Archive) -> Journal:
    """A journal of seven entries, archived: a batch a second."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("ann", "sam", 5))
    for _ in range(5):
        journal.write(gift("ann", "sam", 1))
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)
    return journal


async def table(archive: Archive, name: Table, span: Span) -> list[dict[str, str]]:
    """The rows of a table."""
    text = HEADS[name] + "".join([piece.rows[name] async for piece in export_books(archive, span, TABLES)])
    return list(csv.DictReader(io.StringIO(text, newline="")))


def at(ms: int) -> Moment:
    """A millisecond of the journal's."""
    return Moment(None, BORN_MS + ms, BORN_MS + ms)


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        (None, None, 1, 7),
        (read_moment("3"), read_moment("5"), 3, 5),
        (read_moment("0"), read_moment("99"), 1, 7),
        (at(1000), at(2000), 1, 3),
        (at(1001), at(2999), 3, 3),
        (at(9000), None, 8, 7),
        (None, at(0), 1, 0),
    ],
)
async def test_a_span_of_entries(
    since: Moment | None, until: Moment | None, first: int, last: int, archive: Archive, journal: Journal
) -> None:
    """Between two numbers or times lie the entries that were written then, both ends included."""
    assert Span(first, last, 7) == await archive.read(find_span, since, until)


@pytest.mark.parametrize("at_once", [1, 3, 100])
async def test_the_rows_are_the_books(
    at_once: int, archive: Archive, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exported lines give the chain again, and the exported postings the balances, however small the pieces."""
    monkeypatch.setattr(exports, "ENTRIES_A_READ", at_once)
    entries, postings = [await table(archive, name, Span(1, 7, 7)) for name in TABLES]
    head, batch = "", list[dict[str, str]]()
    for row in entries:
        batch.append(row)
        if row["head"]:
            payload = "\n".join(row["line"] for row in batch)
            head = sha1(f"{head}{batch[0]['n']}{sha1(payload.encode()).hexdigest()}".encode()).hexdigest()
            assert row["head"] == head
            batch.clear()
    sums: Counter[str] = Counter()
    for row in postings:
        sums[row["account"]] += int(row["amount"])
        assert sums[row["account"]] == int(row["balance"])

    assert (7, head) == (len(entries), journal.replay.head)
    assert dict(journal.replay.balances) == dict(sums)
    assert (entries[0]["kind"], entries[0]["key"]) == ("grant", "grant:p:ann")
    assert {row["time"] for row in postings} == {row["time"] for row in entries}


async def test_a_part_of_them(archive: Archive, journal: Journal) -> None:
    """Of a part, those rows alone come; of none, none."""
    assert ["3", "4"] == [row["n"] for row in await table(archive, "entries", Span(3, 4, 7))]
    assert {"3", "4"} == {row["n"] for row in await table(archive, "postings", Span(3, 4, 7))}
    assert [] == await table(archive, "entries", Span(8, 7, 7))


async def test_each_partition_has_its_own_entries(archive: Archive, journal: Journal) -> None:
    """The rows of another partition are its own, and say of which they are."""
    other = Journal()
    other.write(grant("bob", 7))
    await archive.write(Recorder("e1", lambda _: 0, 1).record, other.placed)
    span = await archive.read(find_span, None, None, 1)
    rows = [await table(archive, name, span) for name in TABLES]

    assert (Span(1, 1, 1, 1), 1) == (span, span.many)
    assert [("1", "grant", "1")] == [(row["n"], row["kind"], row["partition"]) for row in rows[0]]
    assert {("viewer:bob:coins", "7", "1")} == {
        (row["account"], row["balance"], row["partition"]) for row in rows[1] if row["account"].startswith("viewer")
    }
    assert {"0"} == {row["partition"] for row in await table(archive, "postings", Span(1, 7, 7))}
