"""The audit log as the archive keeps it: it only grows, one entry after another, each sealed with those before it."""

from __future__ import annotations

from typing import Any, NamedTuple

from sqlalchemy import Connection, Index, Select, Table, func, select
from sqlalchemy import text as sql

from app.archive.schema import METADATA, key, long, text
from app.rules.audit_log import Act, AuditEntry, Proof, entry_after

# Somebody who looks at one thing again and again is written down once in that time.
LOOK_MS = 3_600_000
READ_AT_ONCE = 1000
_NAMES = AuditEntry.__struct_fields__

AUDIT_LOG = Table(
    "audit_log",
    METADATA,
    *(key("n"), long("at_ms"), text("who"), text("what"), text("whom"), text("reason"), text("details"), text("chain")),
    Index("audit_log_at_ms", "at_ms"),
    Index("audit_log_who", "who", "n"),
    Index("audit_log_what", "what", "n"),
    Index("audit_log_whom", "whom", "n"),
)


class Search(NamedTuple):
    """Which entries are looked for; None is any. Times from `from_ms` on, and before `to_ms`; numbers below `below`."""

    who: str | None = None
    what: str | None = None
    whom: str | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    below: int | None = None


def append(connection: Connection, act: Act, now_ms: int) -> AuditEntry:
    """Writes an act down, in the transaction in which it is done: both are there, or neither.

    Last of all that the transaction does: until it ends, no other one can write to the log.
    """
    if connection.dialect.name == "postgresql":
        # SQLite's writing transaction is alone from its beginning. Readers do not wait.
        connection.execute(sql("LOCK TABLE audit_log IN EXCLUSIVE MODE"))
    query = select(AUDIT_LOG.c.n, AUDIT_LOG.c.at_ms, AUDIT_LOG.c.chain).order_by(AUDIT_LOG.c.n.desc()).limit(1)
    last = connection.execute(query).one_or_none()
    entry = entry_after(None if last is None else (last.n, last.at_ms, last.chain), act, now_ms)
    connection.execute(AUDIT_LOG.insert().values(_row(entry)))
    return entry


def append_look(connection: Connection, act: Act, now_ms: int) -> AuditEntry | None:
    """Writes down that somebody has looked at something; None where that stands in the log of this hour already."""
    return None if has_look(connection, act, now_ms) else append(connection, act, now_ms)


def has_look(connection: Connection, act: Act, now_ms: int) -> bool:
    """Whether that somebody has looked at something stands in the log of this hour."""
    query = _all().where(AUDIT_LOG.c.who == act.who, AUDIT_LOG.c.what == act.what, AUDIT_LOG.c.whom == act.whom)
    # Behind the last one before this hour: times never go back, and the log may be long.
    older = select(AUDIT_LOG.c.n).where(AUDIT_LOG.c.at_ms <= now_ms - LOOK_MS)
    older = older.order_by(AUDIT_LOG.c.at_ms.desc(), AUDIT_LOG.c.n.desc()).limit(1)
    query = query.where(AUDIT_LOG.c.n > func.coalesce(older.scalar_subquery(), 0))
    return connection.execute(query.limit(1)).first() is not None


def page(connection: Connection, search: Search, limit: int) -> list[AuditEntry]:
    """The entries that are looked for, the newest first."""
    query = _all()
    for column, value in (
        (AUDIT_LOG.c.who, search.who),
        (AUDIT_LOG.c.what, search.what),
        (AUDIT_LOG.c.whom, search.whom),
    ):
        if value is not None:
            query = query.where(column == value)
    if search.from_ms is not None:
        query = query.where(AUDIT_LOG.c.at_ms >= search.from_ms)
    if search.to_ms is not None:
        query = query.where(AUDIT_LOG.c.at_ms < search.to_ms)
    if search.below is not None:
        query = query.where(AUDIT_LOG.c.n < search.below)
    return [
        AuditEntry(**row) for row in connection.execute(query.order_by(AUDIT_LOG.c.n.desc()).limit(limit)).mappings()
    ]


def prove(connection: Connection) -> Proof:
    """Reads the whole log, a part at a time."""
    proof = Proof()
    while (
        rows := connection.execute(_all().where(AUDIT_LOG.c.n > proof.n).order_by(AUDIT_LOG.c.n).limit(READ_AT_ONCE))
        .mappings()
        .all()
    ):
        for row in rows:
            proof.see(AuditEntry(**row))
    return proof


def _all() -> Select[Any]:
    return select(*(AUDIT_LOG.c[name] for name in _NAMES))


def _row(entry: AuditEntry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in _NAMES}
