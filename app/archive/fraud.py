"""What the judge of fraud knows: how far the journal is judged, a few figures of each person, who gives to whom."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    String,
    Table,
    and_,
    bindparam,
    column,
    delete,
    func,
    select,
    values,
)

from app.archive import bulk
from app.archive.cursor import count_partitions, read_cursor, read_cursors
from app.archive.entries import some_rows
from app.archive.purchases import PURCHASES
from app.archive.schema import ENTRIES, METADATA, key, long, text
from app.rules.entries import Entry, decode
from app.rules.fraud_facts import Facts, Pair
from app.rules.tables import DAY_MS

PAIRS_A_QUERY = 200
DROPPED_MAX = 1000

# Up to which entry of the partition's journal everything was judged.
FRAUD_CURSORS = Table("fraud_cursors", METADATA, key("partition", Integer()), long("n"), long("at_ms"))
# `facts` is JSON: whoever adds a rule adds a figure.
FRAUD_PEOPLE = Table("fraud_people", METADATA, key("person", String()), text("facts"), sqlite_with_rowid=False)
FRAUD_PAIRS = Table(
    "fraud_pairs",
    METADATA,
    *(key("giver", String()), key("receiver", String())),
    *(long("coins"), long("first_ms"), long("last_ms"), long("last_day")),
    Index("fraud_pairs_receiver", "receiver"),
    # By the day: an index that changed with each gift would cost more than it is good for.
    Index("fraud_pairs_last_day", "last_day"),
    sqlite_with_rowid=False,
)

_facts = msgspec.json.Decoder(Facts)
_encode = msgspec.json.Encoder().encode


class Judged(NamedTuple):
    """Up to which entry, and when that was written."""

    n: int = 0
    at_ms: int = 0


class Given(NamedTuple):
    """What somebody gave a receiver."""

    giver: str
    receiver: str
    coins: int
    first_ms: int


def lock_judged(connection: Connection) -> dict[int, Judged]:
    """How far each partition was judged, if at all; nobody else judges any before the transaction ends."""
    # A row that is not there cannot be locked. People give across partitions: the first one's stands for all.
    bulk.insert_new(connection, FRAUD_CURSORS, {"partition": 0, "n": 0, "at_ms": 0})
    connection.execute(select(FRAUD_CURSORS).where(FRAUD_CURSORS.c.partition == 0).with_for_update()).one()
    return all_judged(connection)


def all_judged(connection: Connection) -> dict[int, Judged]:
    """How far each partition was judged, if at all."""
    return {k: Judged(n, at_ms) for k, n, at_ms in connection.execute(select(*FRAUD_CURSORS.c))}


def behind(connection: Connection) -> list[int]:
    """The partitions that have entries to judge."""
    judged, cursors = all_judged(connection), read_cursors(connection, count_partitions(connection))
    return [k for k, cursor in enumerate(cursors) if cursor.n > judged.get(k, Judged()).n]


def note_judged(connection: Connection, judged: Judged, partition: int) -> None:
    """How far it is judged now."""
    bulk.put(connection, FRAUD_CURSORS, [(partition, *judged)])


def unjudged(connection: Connection, judged: Judged, limit: int, partition: int) -> list[tuple[int, int, Entry]]:
    """The next entries of a partition to judge: n, when, and the entry."""
    query, up_to = select(ENTRIES.c.n, ENTRIES.c.at_ms, ENTRIES.c.payload), read_cursor(connection, partition).n
    rows = some_rows(connection, query, judged.n, up_to, limit, partition)
    return [(n, at_ms, decode(payload)) for n, at_ms, payload in rows]


def ended_ms(connection: Connection) -> int:
    """When the last entry of any partition was written; 0 where there is none."""
    return max(cursor.at_ms for cursor in read_cursors(connection, count_partitions(connection)))


def began_ms(connection: Connection) -> int:
    """When the first entry of any partition was written; 0 where there is none."""
    partitions = range(count_partitions(connection))
    query = select(func.min(ENTRIES.c.at_ms)).where(ENTRIES.c.partition.in_(partitions), ENTRIES.c.n == 1)
    return connection.scalar(query) or 0


def find_people(connection: Connection, people: Collection[str]) -> dict[str, Facts]:
    """What is known of these people."""
    found: dict[str, Facts] = {}
    for part in bulk.parts(people):
        rows = connection.execute(select(FRAUD_PEOPLE).where(FRAUD_PEOPLE.c.person.in_(part)))
        found.update((person, _facts.decode(facts)) for person, facts in rows)
    return found


def find_pairs(connection: Connection, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Pair]:
    """What is known of these givers and receivers."""
    table, wanted = FRAUD_PAIRS.c, sorted(pairs)
    found: dict[tuple[str, str], Pair] = {}
    for at in range(0, len(wanted), PAIRS_A_QUERY):
        # Joined, as SQLite finds a list of pairs by reading the whole table.
        asked = values(column("giver", String), column("receiver", String), name="asked")
        asked_for = asked.data(wanted[at : at + PAIRS_A_QUERY]).cte("asked_for")
        query = select(table.giver, table.receiver, table.coins, table.first_ms, table.last_ms)
        query = query.join(asked_for, _is(asked_for.c.giver, asked_for.c.receiver))
        found.update(((giver, receiver), Pair(*rest)) for giver, receiver, *rest in connection.execute(query))
    return found


def save_people(connection: Connection, people: Mapping[str, Facts]) -> None:
    """Writes down what is known of people now."""
    bulk.put(connection, FRAUD_PEOPLE, [(person, _encode(facts).decode()) for person, facts in sorted(people.items())])


def save_pairs(connection: Connection, pairs: Mapping[tuple[str, str], Pair]) -> None:
    """Writes down what givers gave receivers."""
    rows = [(*who, one.coins, one.first_ms, one.last_ms, one.last_ms // DAY_MS) for who, one in sorted(pairs.items())]
    bulk.put(connection, FRAUD_PAIRS, rows)


def gifts_from(connection: Connection, givers: Collection[str], coins: int, since_ms: int, limit: int) -> list[Given]:
    """To whom these people gave so many coins, the last of them since then; the most first."""
    return _given(connection, FRAUD_PAIRS.c.giver, givers, coins, since_ms, limit)


def gifts_to(connection: Connection, receiver: str, limit: int) -> list[Given]:
    """Who gave to somebody, the most first."""
    return _given(connection, FRAUD_PAIRS.c.receiver, [receiver], 1, 0, limit)


def _given(
    connection: Connection, column: object, people: Collection[str], coins: int, since_ms: int, limit: int
) -> list[Given]:
    table = FRAUD_PAIRS.c
    query = select(table.giver, table.receiver, table.coins, table.first_ms)
    query = query.where(column.in_(people), table.coins >= coins, table.last_ms >= since_ms)  # type: ignore[attr-defined]
    query = query.order_by(table.coins.desc(), table.giver, table.receiver).limit(limit)
    return [Given(*row) for row in connection.execute(query)]


def drop_silent(connection: Connection, before_ms: int) -> int:
    """Forgets some of those pairs that have been silent since that day; how many there were."""
    table = FRAUD_PAIRS.c
    query = select(table.giver, table.receiver).where(table.last_day < before_ms // DAY_MS).limit(DROPPED_MAX)
    silent = [{"of": giver, "to": receiver} for giver, receiver in connection.execute(query)]
    if silent:
        connection.execute(delete(FRAUD_PAIRS).where(_is(bindparam("of"), bindparam("to"))), silent)
    return len(silent)


def _is(giver: ColumnElement[str], receiver: ColumnElement[str]) -> ColumnElement[bool]:
    return and_(FRAUD_PAIRS.c.giver == giver, FRAUD_PAIRS.c.receiver == receiver)


def declined(connection: Connection, since_ms: int, count: int, limit: int) -> list[str]:
    """Those whose payments were declined so often since then, of so many people at most."""
    table = PURCHASES.c
    query = select(table.user).where(table.status == "failed", table.expires_ms >= since_ms)
    query = query.where(table.created_ms >= since_ms).group_by(table.user).having(func.count() >= count)
    return list(connection.scalars(query.order_by(table.user).limit(limit)))
