"""Finds entries in the archive: by the names of their intents, or all of them in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from app.archive.cursor import read_cursor
from app.archive.keys import short
from app.archive.schema import ENTRIES
from app.rules.entries import Entry, Gift, decode, gift_key
from app.rules.replay import Batch

ROWS_A_READ = 2000
KEYS_A_QUERY = 500


def find_entries(
    connection: Connection, keys: Sequence[str], partition: int = 0
) -> tuple[int, dict[str, tuple[int, Entry]]]:
    """Up to which n the archive goes, and the entries with these keys that it has up to there, each with its n."""
    checked_n = read_cursor(connection, partition).n
    found: dict[str, tuple[int, Entry]] = {}
    for at in range(0, len(keys), KEYS_A_QUERY):
        forms = [short(key) for key in keys[at : at + KEYS_A_QUERY]]
        for n, payload in connection.execute(select(ENTRIES.c.n, ENTRIES.c.payload).where(ENTRIES.c.key.in_(forms))):
            entry = decode(payload)
            found[entry.key] = n, entry
    return checked_n, found


def find_gift(
    connection: Connection, sender: str, gift_id: str, partition: int = 0
) -> tuple[int, tuple[int, Gift] | None]:
    """When the last entry was written that is archived, and a gift with its n, where the archive has it."""
    archived_ms, key = read_cursor(connection, partition).at_ms, gift_key(sender, gift_id)
    _, found = find_entries(connection, [key], partition)
    if key not in found:
        return archived_ms, None
    n, entry = found[key]
    assert isinstance(entry, Gift)
    return archived_ms, (n, entry)


def batches(connection: Connection, after: int, up_to: int, partition: int = 0) -> Iterator[Batch]:
    """The journal's batches from behind the entry `after`, which is the last of its batch, to the entry `up_to`."""
    columns = (ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.head, ENTRIES.c.payload)
    lines: list[str] = []
    while after < up_to:
        query = select(*columns).where(ENTRIES.c.partition == partition, ENTRIES.c.n > after, ENTRIES.c.n <= up_to)
        rows = connection.execute(query.order_by(ENTRIES.c.n).limit(ROWS_A_READ)).all()
        for n, at_ms, head, payload in rows:
            lines.append(payload)
            if head is not None:
                yield Batch(n - len(lines) + 1, len(lines), head, at_ms, "\n".join(lines))
                lines = []
        if not rows:
            return
        after = rows[-1].n
