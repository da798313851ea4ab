"""Writes the books as CSV: the entries with their chain, and their postings, a piece at a time."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Literal, NamedTuple

from app.archive.archive import Archive, Connection
from app.archive.cursor import read_cursor
from app.archive.exports import Exported, ExportedPosting, entries_behind, postings_of
from app.archive.statements import n_at
from app.rules.csv_rows import csv_row
from app.rules.moments import Moment, moment_text

Table = Literal["entries", "postings"]
TABLES: tuple[Table, ...] = ("entries", "postings")
HEADS: dict[Table, str] = {
    "entries": csv_row(("n", "time", "kind", "key", "head", "line", "partition")),
    "postings": csv_row(("n", "time", "kind", "account", "unit", "amount", "balance", "partition")),
}


class Span(NamedTuple):
    """The entries of a partition from `first` to `last`, and how far the archive goes there."""

    first: int
    last: int
    archived_n: int
    partition: int = 0

    @property
    def many(self) -> int:
        """How many entries that are."""
        return max(0, self.last - self.first + 1)


class Piece(NamedTuple):
    """Rows of CSV, by table, up to the entry n."""

    n: int
    rows: dict[Table, str]


def find_span(connection: Connection, since: Moment | None, until: Moment | None, partition: int = 0) -> Span:
    """Which entries of a partition lie between two moments, both included; None is the beginning, and the end."""
    archived_n = read_cursor(connection, partition).n
    first, last = 1, archived_n
    if since is not None:
        first = since.n if since.n is not None else n_at(connection, since.first_ms - 1, partition) + 1
    if until is not None:
        last = until.n if until.n is not None else n_at(connection, until.last_ms, partition)
    return Span(max(first, 1), min(last, archived_n), archived_n, partition)


async def export_books(archive: Archive, span: Span, tables: tuple[Table, ...]) -> AsyncIterator[Piece]:
    """The rows of these tables, without their heads. Raises ArchiveError."""
    after = span.first - 1
    while after < span.last:
        entries, postings = await archive.read(_piece, after, span.last, "postings" in tables, span.partition)
        if not entries:
            return
        after = entries[-1].n
        yield Piece(after, {table: _rows(table, entries, postings, span.partition) for table in tables})


def _piece(
    connection: Connection, after: int, up_to: int, with_postings: bool, partition: int
) -> tuple[list[Exported], list[ExportedPosting]]:
    entries = entries_behind(connection, after, up_to, partition)
    return entries, postings_of(connection, entries, partition) if with_postings and entries else []


def _rows(table: Table, entries: list[Exported], postings: list[ExportedPosting], partition: int) -> str:
    if table == "entries":
        return "".join(
            csv_row((one.n, moment_text(one.at_ms), one.entry.kind, one.entry.key, one.head, one.line, partition))
            for one in entries
        )
    about = {one.n: (moment_text(one.at_ms), one.entry.kind) for one in entries}
    return "".join(csv_row((n, *about[n], *posting, partition)) for n, *posting in postings)
