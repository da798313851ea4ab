"""Events that the demo's provider has still to send."""

from __future__ import annotations

import msgspec
from sqlalchemy import Column, Connection, Index, Table, select

from app.archive.schema import LONG, METADATA, long, text
from app.rules.demo_checkout import Sent

DEMO_EVENTS = Table(
    "demo_events",
    METADATA,
    Column("id", LONG, primary_key=True),
    *(text("body"), long("due_ms"), long("tries")),
    Index("demo_events_due_ms", "due_ms"),
)


class DemoEvent(msgspec.Struct, frozen=True):
    """One of them: its body, and how often it was sent in vain."""

    id: int
    body: str
    tries: int


def put(connection: Connection, events: tuple[Sent, ...], now_ms: int) -> None:
    """Notes events."""
    for sent in events:
        body = msgspec.json.encode(sent.event).decode()
        values = {"body": body, "due_ms": now_ms + sent.after_ms, "tries": 0}
        connection.execute(DEMO_EVENTS.insert().values(values))


def due(connection: Connection, now_ms: int, limit: int) -> list[DemoEvent]:
    """Those whose time has come."""
    columns = [DEMO_EVENTS.c[name] for name in DemoEvent.__struct_fields__]
    query = select(*columns).where(DEMO_EVENTS.c.due_ms <= now_ms).order_by(DEMO_EVENTS.c.due_ms).limit(limit)
    return [DemoEvent(*row) for row in connection.execute(query)]


def sent(connection: Connection, event_id: int) -> None:
    """One has arrived, or is given up."""
    connection.execute(DEMO_EVENTS.delete().where(DEMO_EVENTS.c.id == event_id))


def again(connection: Connection, event_id: int, due_ms: int, tries: int) -> None:
    """One is sent again, then."""
    connection.execute(DEMO_EVENTS.update().where(DEMO_EVENTS.c.id == event_id).values(due_ms=due_ms, tries=tries))
