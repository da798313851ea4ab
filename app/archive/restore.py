"""What a rebuild reads of the archive besides its balances, page by page."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.archive.entries import some_rows
from app.archive.schema import ENTRIES
from app.rules.entries import Gift, ShownGift, decode
from app.rules.gift_steps import GiftClosed, GiftDelivered, GiftPaid, GiftReturned

# The kinds of a ShownGift.
SHOWN = ("gift", "gift_delivered")
# Those of an Answered, and of a Step.
ANSWERED = ("gift", "gift_paid", "gift_closed", "gift_returned")
STEPS = ("gift_paid", "gift_delivered", "gift_closed", "gift_returned")

Answered = Gift | GiftPaid | GiftClosed | GiftReturned
Step = GiftPaid | GiftDelivered | GiftClosed | GiftReturned


def some_answers(
    connection: Connection, after: int, up_to: int, limit: int, partition: int = 0
) -> list[tuple[int, Answered, str]]:
    """The next entries behind the entry `after`, up to the entry `up_to`, after which a gift's id is answered so.

    Each with its n and its line.
    """
    query = select(ENTRIES.c.n, ENTRIES.c.payload).where(ENTRIES.c.kind.in_(ANSWERED))
    rows = some_rows(connection, query, after, up_to, limit, partition)
    found = ((n, decode(line), line) for n, line in rows)
    return [(n, entry, line) for n, entry, line in found if isinstance(entry, Answered)]


def some_steps(
    connection: Connection, after: int, up_to: int, limit: int, partition: int = 0
) -> list[tuple[int, int, Step, str]]:
    """The next steps of gifts to or from other partitions, each with its n, when it was written, and its line."""
    query = select(ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.payload).where(ENTRIES.c.kind.in_(STEPS))
    rows = some_rows(connection, query, after, up_to, limit, partition)
    found = ((n, at_ms, decode(line), line) for n, at_ms, line in rows)
    return [(n, at_ms, entry, line) for n, at_ms, entry, line in found if isinstance(entry, Step)]


def gifts_with_times(
    connection: Connection, after: int, up_to: int, limit: int, partition: int = 0
) -> list[tuple[int, int, ShownGift]]:
    """The next gifts to rooms of the partition behind the entry `after`, each with its n and when it was written.

    None beyond the entry `up_to`.
    """
    query = select(ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.payload).where(ENTRIES.c.kind.in_(SHOWN))
    rows = some_rows(connection, query, after, up_to, limit, partition)
    found = ((n, at_ms, decode(line)) for n, at_ms, line in rows)
    return [(n, at_ms, entry) for n, at_ms, entry in found if isinstance(entry, ShownGift)]


def head_at(connection: Connection, n: int, partition: int = 0) -> str | None:
    """The chain's head after the entry n, where one of the journal's batches ends there; '' before the first."""
    if n == 0:
        return ""
    head: str | None = connection.scalar(
        select(ENTRIES.c.head).where(ENTRIES.c.partition == partition, ENTRIES.c.n == n)
    )
    return head
