"""Entries with their postings, as they are archived, piece by piece: for those who take the books elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, select

from app.archive import bulk
from app.archive.entries import some_rows
from app.archive.schema import ACCOUNTS, ENTRIES, POSTINGS
from app.rules.entries import Entry, decode

ENTRIES_A_READ = 2000


class Exported(NamedTuple):
    """An entry: its number, its time, its line, and the chain's head after it, where it ends a batch."""

    n: int
    at_ms: int
    entry: Entry
    line: str
    head: str | None


class ExportedPosting(NamedTuple):
    """A posting, with the account's balance after it."""

    n: int
    account: str
    unit: str
    amount: int
    balance: int


def entries_behind(connection: Connection, after: int, up_to: int, partition: int = 0) -> list[Exported]:
    """The next entries behind the entry `after`, a bounded number of them, up to the entry `up_to`."""
    query = select(ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.payload, ENTRIES.c.head)
    rows = some_rows(connection, query, after, up_to, ENTRIES_A_READ, partition)
    return [Exported(n, at_ms, decode(line), line, head) for n, at_ms, line, head in rows]


def postings_of(connection: Connection, entries: Sequence[Exported], partition: int = 0) -> list[ExportedPosting]:
    """The postings of these entries, which follow each other, in their order."""
    # By account: so they lie.
    names = {posting.account for one in entries for posting in one.entry.postings()}
    found: list[ExportedPosting] = []
    for part in bulk.parts(names):
        query = select(POSTINGS.c.n, ACCOUNTS.c.name, ACCOUNTS.c.unit, POSTINGS.c.amount, POSTINGS.c.balance)
        query = query.join(ACCOUNTS, ACCOUNTS.c.id == POSTINGS.c.account)
        query = query.where(ACCOUNTS.c.partition == partition, ACCOUNTS.c.name.in_(part))
        rows = connection.execute(query.where(POSTINGS.c.n >= entries[0].n, POSTINGS.c.n <= entries[-1].n))
        found += [ExportedPosting(*row) for row in rows]
    return sorted(found)
