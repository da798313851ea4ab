"""What was done to keep rooms in order: the acts stand in the audit log, here is where, and what was removed."""

from __future__ import annotations

from sqlalchemy import Connection, Index, Table, select, update

from app.archive import audit_log
from app.archive.audit_log import AUDIT_LOG
from app.archive.schema import METADATA, key, long, text
from app.rules.audit_log import Act
from app.rules.moderation import TEXT_KEPT_MS, ModerationEntry

# `n` is the act's number in the audit log.
MODERATION = Table(
    "moderation",
    METADATA,
    *(key("n"), text("room"), long("at_ms"), text("text")),
    Index("moderation_room", "room", "n"),
    Index("moderation_at_ms", "at_ms"),
)


def append(connection: Connection, room: str, act: Act, removed: str, now_ms: int) -> int:
    """Writes down what somebody did in a room, and the text that was removed, if any; the act's number."""
    entry = audit_log.append(connection, act, now_ms)
    row = {"n": entry.n, "room": room, "at_ms": entry.at_ms, "text": removed}
    connection.execute(MODERATION.insert().values(row))
    return entry.n


def forget_texts(connection: Connection, now_ms: int) -> int:
    """Forgets texts that were kept for long enough; how many."""
    over = (MODERATION.c.at_ms < now_ms - TEXT_KEPT_MS) & (MODERATION.c.text != "")
    return connection.execute(update(MODERATION).where(over).values(text="")).rowcount


def page(connection: Connection, room: str, below: int | None, limit: int, now_ms: int) -> list[ModerationEntry]:
    """What was done in a room, the newest first, numbers below `below`."""
    log = AUDIT_LOG.c
    query = (
        select(log.n, log.at_ms, log.who, log.what, log.whom, log.reason, MODERATION.c.text)
        .join(AUDIT_LOG, log.n == MODERATION.c.n)
        .where(MODERATION.c.room == room)
    )
    if below is not None:
        query = query.where(MODERATION.c.n < below)
    rows = connection.execute(query.order_by(MODERATION.c.n.desc()).limit(limit)).mappings()
    return [
        ModerationEntry(**{**row, "text": row["text"] if row["at_ms"] >= now_ms - TEXT_KEPT_MS else ""}) for row in rows
    ]
