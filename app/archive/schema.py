"""The tables of the books. What other parts of the archive keep stands in files of their own, on the same METADATA.

Nothing here is ever corrected: a trigger refuses it (see the first migration). All integers are 64 bits, and times are
milliseconds since 1970.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.types import TypeEngine

from app.archive.keys import BYTES

METADATA = MetaData(
    naming_convention={
        "ix": "%(table_name)s_%(column_0_N_name)s",
        "uq": "%(table_name)s_%(column_0_N_name)s_key",
        "pk": "%(table_name)s_pkey",
    }
)


# SQLite's own integers have 64 bits too, and a lone INTEGER key costs no index.
LONG = BigInteger().with_variant(Integer(), "sqlite")


def key(name: str, kind: TypeEngine[Any] = LONG) -> Column[Any]:
    """A column of the primary key, which nobody counts up by itself."""
    return Column(name, kind, primary_key=True, autoincrement=False)


def long(name: str) -> Column[Any]:
    """A whole number that is always there."""
    return Column(name, LONG, nullable=False)


def text(name: str) -> Column[Any]:
    """A text that is always there."""
    return Column(name, String(), nullable=False)


# How far the journal of a partition is archived: its epoch, its last entry here, the chain's head after it, its place
# in the store's stream, when it was written, and in which term of the ledger the next ones have to be read.
CURSORS = Table(
    "cursors",
    METADATA,
    key("partition", Integer()),
    *(text("epoch"), long("n"), text("head"), text("stream_id"), long("at_ms"), long("term")),
)

# The journal's lines as they were written and chained, each under the short form of its key, which its partition has
# once. The last of each batch has the chain's head after it.
ENTRIES = Table(
    "entries",
    METADATA,
    *(key("partition", Integer()), key("n"), long("at_ms"), text("kind")),
    Column("key", LargeBinary(BYTES), nullable=False),
    Column("head", String()),
    text("payload"),
    Index("entries_key", "key", "partition", unique=True),
    sqlite_with_rowid=False,
)

ACCOUNTS = Table(
    "accounts",
    METADATA,
    *(key("id"), Column("partition", Integer(), nullable=False), text("name"), text("unit")),
    Index("accounts_name", "partition", "name", unique=True),
)

# The postings of an account lie together, each with the balance after it: a page of a statement, or a balance at any
# time, is one look.
POSTINGS = Table(
    "postings",
    METADATA,
    *(key("account"), key("n"), long("amount"), long("balance")),
    sqlite_with_rowid=False,
)

# Those of entries that are no gifts once more: a wallet has few of them among very many gifts.
OTHER_LINES = Table("other_lines", METADATA, key("account"), key("n"), sqlite_with_rowid=False)

# What follows is summed up by the archiver in the same transaction as the entries that it comes from. `streamer` and
# `gifter` are accounts: pending diamonds, and coins.


def _earned(name: str, *by: Column[Any]) -> Table:
    columns = (key("streamer"), key("day", Integer()), *by, long("gifts"), long("coins"), long("milli"))
    return Table(name, METADATA, *columns, sqlite_with_rowid=False)


# By the day in UTC, counted from 1970.
EARNED_DAYS = _earned("earned_days")
# Gifts whose givers are shown to nobody stand together, under a number that no account has.
NOBODY = 0
# Each gifter's sums of all days in one stand beside those of each day, as do those of boards (see ALL_DAYS).
EARNED_GIFTERS = _earned("earned_gifters", key("gifter"))
EARNED_GIFTS = _earned("earned_gifts", key("gift", String()))

# What boards of rooms are made of, gifts with a name alone: by the room, the day in UTC, and the gifter's account.
BOARDS = Table(
    "boards",
    METADATA,
    *(key("room", String()), key("day", Integer()), key("gifter"), long("gifts"), long("coins")),
    sqlite_with_rowid=False,
)

# Pending diamonds by when they are due. Settled: until when what was due has become available.
MATURING = Table(
    "maturing",
    METADATA,
    *(key("streamer"), key("due_ms"), long("milli")),
    Index("maturing_due_ms", "due_ms"),
    sqlite_with_rowid=False,
)
SETTLED = Table("settled", METADATA, key("streamer"), long("until_ms"))

# What came into a wallet, first in first out: what is left in it lies in its newest lots. `removed` is what was taken
# back out of this very lot.
LOTS = Table(
    "lots",
    METADATA,
    *(key("account"), key("n"), long("coins"), long("removed")),
    sqlite_with_rowid=False,
)

# By each partition's word: all of them are told.
FROZEN = Table("frozen", METADATA, key("person", String()), key("partition", Integer()), long("n"))
# Where the last gift of each room stands in its stream of events.
GIFT_OFFSETS = Table("gift_offsets", METADATA, key("room", String()), long("last"))
