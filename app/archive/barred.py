"""Who is kept out, and whose tokens were revoked, as the archive keeps it."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, String, Table, select, update

from app.archive import audit_log, bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.audit_log import Act
from app.rules.barred import Barred

# `state` is JSON.
BARRED = Table("barred", METADATA, key("person", String()), long("version"), text("state"))

_encode = msgspec.json.Encoder().encode


def change_barred(
    connection: Connection, user: str, change: Callable[[Barred], Barred], act: Act, now_ms: int
) -> Barred:
    """Changes how far a person is kept out, and writes down who did it: what it is then."""
    row = BARRED.c.person == user
    bulk.insert_new(connection, BARRED, {"person": user, "version": 0, "state": _encode(Barred()).decode()})
    # Whoever changes the same waits here for us.
    connection.execute(update(BARRED).where(row).values(version=BARRED.c.version + 1))
    before = msgspec.json.decode(connection.execute(select(BARRED.c.state).where(row)).scalar_one(), type=Barred)
    after = replace(change(before), version=before.version + 1)
    connection.execute(update(BARRED).where(row).values(version=after.version, state=_encode(after).decode()))
    audit_log.append(connection, act, now_ms)
    return after


def find_barred(connection: Connection, user: str) -> Barred:
    """How far somebody is kept out."""
    state = connection.scalar(select(BARRED.c.state).where(BARRED.c.person == user))
    return Barred() if state is None else msgspec.json.decode(state, type=Barred)


def barred_page(connection: Connection, after: str, limit: int) -> list[tuple[str, Barred]]:
    """The next people for whom something was decided, behind that one, in an order of their own."""
    columns = BARRED.c
    query = select(columns.person, columns.state).where(columns.person > after).order_by(columns.person).limit(limit)
    return [(person, msgspec.json.decode(state, type=Barred)) for person, state in connection.execute(query)]
