"""Finds entries in the archive: by the names of their intents, or all of them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from app.archive import bulk
from app.archive.cursor import count_partitions, read_cursor
from app.archive.keys import short
from app.archive.schema import ENTRIES
from app.rules.crossings import GiftEntry
from app.rules.entries import Entry, decode
from app.rules.gift_steps import closed_key, gift_key
from app.rules.moves import Move
from app.rules.partitions import partition as partition_of
from app.rules.replay import Batch

ROWS_A_READ = 1000
ENTRIES_A_READ = 5000
KEYS_A_QUERY = 500


def find_entries(
    connection: Connection, keys: Sequence[str], partition: int = 0
) -> tuple[int, dict[str, tuple[int, Entry]]]:
    """Up to which n the archive goes, and the entries with these keys that it has up to there, each with its n."""
    checked_n = read_cursor(connection, partition).n
    found: dict[str, tuple[int, Entry]] = {}
    for at in range(0, len(keys), KEYS_A_QUERY):
        forms = [short(key) for key in keys[at : at + KEYS_A_QUERY]]
        query = select(ENTRIES.c.n, ENTRIES.c.payload)
        for n, payload in connection.execute(query.where(ENTRIES.c.key.in_(forms), ENTRIES.c.partition == partition)):
            entry = decode(payload)
            found[entry.key] = n, entry
    return checked_n, found


def find_moves(connection: Connection, moves: Sequence[Move]) -> dict[str, tuple[int, Entry]]:
    """Those of these entries, by their keys, that the archive has, each with its n."""
    partitions = count_partitions(connection)
    keys: dict[int, list[str]] = {}
    for move in moves:
        keys.setdefault(partition_of(move.user, partitions), []).append(move.key)
    found: dict[str, tuple[int, Entry]] = {}
    for k, some in keys.items():
        found.update(find_entries(connection, some, k)[1])
    return found


def find_gift(
    connection: Connection, sender: str, gift_id: str, partition: int = 0
) -> tuple[int, tuple[int, GiftEntry] | None]:
    """When the last entry was written that is archived, and what the archive has of a gift, with its n.

    Of one that was paid on its way to another partition that is its end, where the archive has that.
    """
    archived_ms, keys = (
        read_cursor(connection, partition).at_ms,
        (closed_key(sender, gift_id), gift_key(sender, gift_id)),
    )
    _, found = find_entries(connection, keys, partition)
    for n, entry in (found[key] for key in keys if key in found):
        assert isinstance(entry, GiftEntry)
        return archived_ms, (n, entry)
    return archived_ms, None


Row = tuple[int, str, bytes]
"""What the archive says of an entry beside its line: when it was written, its kind, and its key's short form."""


class Stored(NamedTuple):
    """A batch as the archive has it, and what else it says of each of its entries, by n."""

    batch: Batch
    rows: dict[int, Row]


def some_rows(
    connection: Connection, query: Select[Any], after: int, up_to: int, limit: int, partition: int = 0
) -> list[tuple[Any, ...]]:
    """The query's rows of the next entries behind `after` up to `up_to`, in order; none where there are no more."""
    # By a span of entries: of a table that grows quickly PostgreSQL knows nothing, and would sort all the rest for each
    # page.
    span = limit
    while after < up_to:
        last = min(after + span, up_to)
        page = query.where(ENTRIES.c.partition == partition, ENTRIES.c.n > after, ENTRIES.c.n <= last)
        if found := bulk.rows(connection, page.order_by(ENTRIES.c.n).limit(limit)):
            return found
        # Those that are asked for are rare here.
        after, span = last, 2 * span
    return []


def stored(connection: Connection, after: int, up_to: int, partition: int = 0) -> Iterator[Stored]:
    """The batches behind the entry `after` to the entry `up_to`. Of one that begins before that, the rest comes."""
    columns = (ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.kind, ENTRIES.c.key, ENTRIES.c.head, ENTRIES.c.payload)
    lines, rows = list[str](), dict[int, Row]()
    while after < up_to:
        found = some_rows(connection, select(*columns), after, up_to, ROWS_A_READ, partition)
        for n, at_ms, kind, key, head, payload in found:
            lines.append(payload)
            rows[n] = at_ms, kind, key
            if head is not None:
                yield Stored(Batch(n - len(lines) + 1, len(lines), head, at_ms, "\n".join(lines)), rows)
                lines, rows = [], {}
        if not found:
            return
        after = found[-1][0]


def some_stored(connection: Connection, after: int, up_to: int, partition: int = 0) -> list[Stored]:
    """The first of them, some thousand entries at most."""
    found, entries = list[Stored](), 0
    for one in stored(connection, after, up_to, partition):
        found.append(one)
        entries += one.batch.count
        if entries >= ENTRIES_A_READ:
            break
    return found


def some_batches(connection: Connection, after: int, up_to: int, partition: int = 0) -> list[Batch]:
    """The same, the batches alone."""
    return [one.batch for one in some_stored(connection, after, up_to, partition)]
