"""Cases of suspected fraud: their people, the gifts that they gather, and whose diamonds stay pending meanwhile."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from sqlalchemy import (
    ColumnElement,
    Connection,
    Index,
    Integer,
    Select,
    String,
    Subquery,
    Table,
    case,
    func,
    literal,
    select,
    tuple_,
    update,
)

from app.archive import bulk
from app.archive.accounts import account_id
from app.archive.cursor import home_of
from app.archive.keys import short
from app.archive.schema import ENTRIES, METADATA, POSTINGS, key, long, text
from app.rules.cases import Case, Involved
from app.rules.entries import ArrivedGift, Gift, decode
from app.rules.gift_steps import GiftClosed, GiftPaid, closed_key
from app.rules.postings import given_of

_CASE, _INVOLVED = Case.__struct_fields__, Involved.__struct_fields__


def _columns(kind: type[Case | Involved], keys: Collection[str]) -> list[Any]:
    long_names = {field.name for field in msgspec.structs.fields(kind) if field.type is int}
    return [
        key(name, String()) if name in keys else long(name) if name in long_names else text(name)
        for name in kind.__struct_fields__
    ]


CASES = Table(
    "cases",
    METADATA,
    *_columns(Case, ("id",)),
    Index("cases_status", "status", "opened_ms", "id"),
    Index("cases_opened_ms", "opened_ms", "id"),
)
CASE_PEOPLE = Table(
    "case_people",
    METADATA,
    *_columns(Involved, ("case_id", "person")),
    Index("case_people_person", "person"),
)
CASE_ENTRIES = Table(
    "case_entries",
    METADATA,
    *(key("case_id", String()), key("partition", Integer()), key("n")),
    Index("case_entries_n", "n", "partition"),
    sqlite_with_rowid=False,
)

_OPEN = CASES.c.status == "open"


def put(connection: Connection, one: Case) -> None:
    """A case as it is now."""
    bulk.put(connection, CASES, [msgspec.structs.astuple(one)])


def put_people(connection: Connection, people: Sequence[Involved]) -> None:
    """Those who are in a case, as they are now."""
    bulk.put(connection, CASE_PEOPLE, [msgspec.structs.astuple(one) for one in people])


def put_entries(connection: Connection, case_id: str, entries: Sequence[tuple[int, int]]) -> None:
    """Entries that a case gathers, by partition and number; those that it has stay."""
    bulk.put(connection, CASE_ENTRIES, [(case_id, *entry) for entry in entries])


def find(connection: Connection, case_id: str, *, lock: bool = False) -> Case | None:
    """A case; with `lock`, nobody else changes it before the transaction ends."""
    query = select(*CASES.c).where(CASES.c.id == case_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else Case(**row._mapping)


def page(
    connection: Connection, status: str | None, before: tuple[int, str] | None, limit: int, person: str | None = None
) -> list[Case]:
    """Cases of one status or of all, of one person or of all; the newest first, from the one before (opened, id)."""
    query = select(*CASES.c)
    if person is not None:
        query = query.join(CASE_PEOPLE, CASES.c.id == CASE_PEOPLE.c.case_id).where(CASE_PEOPLE.c.person == person)
    if status is not None:
        query = query.where(CASES.c.status == status)
    if before is not None:
        query = query.where(tuple_(CASES.c.opened_ms, CASES.c.id) < before)
    query = query.order_by(CASES.c.opened_ms.desc(), CASES.c.id.desc()).limit(limit)
    return [Case(**row._mapping) for row in connection.execute(query)]


def people_of(connection: Connection, case_id: str, limit: int) -> list[Involved]:
    """Those in a case, who earned most first."""
    query = select(*CASE_PEOPLE.c).where(CASE_PEOPLE.c.case_id == case_id)
    query = query.order_by(CASE_PEOPLE.c.milli.desc(), CASE_PEOPLE.c.coins.desc(), CASE_PEOPLE.c.person)
    return _involved(connection, query.limit(limit))


def suspects_of(connection: Connection, case_id: str, after: str, limit: int) -> list[str]:
    """The next of those whom a case is about, behind that person."""
    person = CASE_PEOPLE.c.person
    query = select(person).where(CASE_PEOPLE.c.case_id == case_id, CASE_PEOPLE.c.part == "suspect", person > after)
    return list(connection.scalars(query.order_by(person).limit(limit)))


def earners_of(connection: Connection, case_id: str, after: str, limit: int) -> list[Involved]:
    """The next of those who earned something by a case's gifts, behind that person."""
    query = select(*CASE_PEOPLE.c).where(CASE_PEOPLE.c.case_id == case_id, CASE_PEOPLE.c.person > after)
    return _involved(connection, query.where(CASE_PEOPLE.c.milli > 0).order_by(CASE_PEOPLE.c.person).limit(limit))


def parts_in(connection: Connection, case_id: str, people: Collection[str]) -> list[Involved]:
    """The parts that these people have in a case."""
    found: list[Involved] = []
    for part in bulk.parts(people):
        query = select(*CASE_PEOPLE.c).where(CASE_PEOPLE.c.case_id == case_id, CASE_PEOPLE.c.person.in_(part))
        found += _involved(connection, query)
    return found


def entries_of(connection: Connection, case_id: str, limit: int) -> list[int]:
    """The latest entries of a case, by number."""
    query = select(CASE_ENTRIES.c.n).where(CASE_ENTRIES.c.case_id == case_id)
    return list(connection.scalars(query.order_by(CASE_ENTRIES.c.n.desc()).limit(limit)))


def open_with(connection: Connection, people: Collection[str]) -> list[Involved]:
    """The parts that these people have in open cases."""
    parts: list[Involved] = []
    for part in bulk.parts(people):
        parts += _involved(connection, select(*CASE_PEOPLE.c).where(CASE_PEOPLE.c.person.in_(part)))
    # People first: there may be many open cases, and few of them are of these people.
    are_open: set[str] = set()
    for ids in bulk.parts({one.case_id for one in parts}):
        are_open.update(connection.scalars(select(CASES.c.id).where(_OPEN, CASES.c.id.in_(ids))))
    return [one for one in parts if one.case_id in are_open]


def under_review(connection: Connection, person: str) -> list[tuple[Case, Involved]]:
    """The open cases that hold somebody's diamonds, the oldest first, with the part that they have in each."""
    query = select(*CASES.c).join(CASE_PEOPLE, CASES.c.id == CASE_PEOPLE.c.case_id)
    query = query.where(_OPEN, CASES.c.outcome != "note", CASE_PEOPLE.c.person == person, CASE_PEOPLE.c.part != "giver")
    cases = {row.id: Case(**row._mapping) for row in connection.execute(query.order_by(CASES.c.opened_ms, CASES.c.id))}
    mine = select(*CASE_PEOPLE.c).where(CASE_PEOPLE.c.case_id.in_(cases), CASE_PEOPLE.c.person == person)
    parts = {one.case_id: one for one in _involved(connection, mine)}
    return [(one, parts[one.id]) for one in cases.values()]


def is_suspect(connection: Connection, person: str) -> bool:
    """Whether all that somebody has earned is under review."""
    return any(one.part == "suspect" for _, one in under_review(connection, person))


def held() -> Subquery:
    """Whose pending diamonds stay pending, by account: all of them (`whole` 1), or so many (`milli`)."""
    account = literal("streamer:") + CASE_PEOPLE.c.person + literal(":diamonds_pending")
    whole = func.max(case((CASE_PEOPLE.c.part == "suspect", 1), else_=0)).label("whole")
    query = select(account.label("account"), whole, func.sum(CASE_PEOPLE.c.milli).label("milli"))
    query = query.join(CASES, CASES.c.id == CASE_PEOPLE.c.case_id).where(_OPEN, CASES.c.outcome != "note")
    return query.where(CASE_PEOPLE.c.part != "giver").group_by(CASE_PEOPLE.c.person).subquery()


def answer(connection: Connection, person: str, words: str, now_ms: int) -> int:
    """Writes down what somebody has to say, in all cases that hold their diamonds; how many these are."""
    ids = [one.id for one, _ in under_review(connection, person)]
    change = update(CASE_PEOPLE).where(CASE_PEOPLE.c.case_id.in_(ids), CASE_PEOPLE.c.person == person)
    connection.execute(change.values(answer=words, answered_ms=now_ms))
    return len(ids)


def sent_gifts(connection: Connection, giver: str, after: int, up_to: int, limit: int) -> list[tuple[int, ArrivedGift]]:
    """The latest gifts that somebody sent between these entries of theirs and that are in no case, with their numbers.

    What is in a case that was released counts as if it were in none. Gifts that have not arrived are left out.
    """
    home = home_of(connection, giver)
    account = account_id(connection, given_of(giver), home)
    own = select(POSTINGS.c.n).where(POSTINGS.c.account == account, ~_gathered(POSTINGS.c.n, home).exists())
    own = own.where(POSTINGS.c.n > after, POSTINGS.c.n <= up_to)
    latest = own.order_by(POSTINGS.c.n.desc()).limit(limit).subquery()
    query = select(ENTRIES.c.n, ENTRIES.c.payload).join(latest, latest.c.n == ENTRIES.c.n)
    query = query.where(ENTRIES.c.partition == home)
    found = [(n, decode(payload)) for n, payload in connection.execute(query)]
    arrived: list[tuple[int, ArrivedGift]] = [(n, entry) for n, entry in found if isinstance(entry, Gift)]
    paid = [closed_key(giver, entry.id) for _, entry in found if isinstance(entry, GiftPaid)]
    return arrived + _closed(connection, paid, up_to, home)


def _gathered(n: ColumnElement[int], partition: int) -> Select[Any]:
    query = select(CASE_ENTRIES.c.n).join(CASES, CASES.c.id == CASE_ENTRIES.c.case_id)
    query = query.where(CASE_ENTRIES.c.n == n, CASE_ENTRIES.c.partition == partition)
    return query.where(CASES.c.status != "released")


def _closed(connection: Connection, keys: Collection[str], up_to: int, partition: int) -> list[tuple[int, GiftClosed]]:
    """Those of the closings with these keys that are in no case."""
    query = select(ENTRIES.c.n, ENTRIES.c.payload).where(ENTRIES.c.partition == partition, ENTRIES.c.n <= up_to)
    query = query.where(~_gathered(ENTRIES.c.n, partition).exists())
    found: list[tuple[int, GiftClosed]] = []
    for part in bulk.parts(keys):
        rows = connection.execute(query.where(ENTRIES.c.key.in_(map(short, part))))
        decoded = ((n, decode(payload)) for n, payload in rows)
        found += [(n, entry) for n, entry in decoded if isinstance(entry, GiftClosed)]
    return found


def _involved(connection: Connection, query: Select[Any]) -> list[Involved]:
    return [Involved(**row._mapping) for row in connection.execute(query)]
