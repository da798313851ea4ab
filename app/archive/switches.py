"""What is switched off, why, and by whom."""

from __future__ import annotations

from sqlalchemy import Connection, String, Table, select

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.switches import Switch, switched_off

# The migration has put in the switches that are always there: what is not there cannot be locked.
SWITCHES = Table(
    "switches",
    METADATA,
    *(key("name", String()), long("is_on"), text("reason"), text("changed_by"), long("changed_ms")),
)


def is_on(connection: Connection, name: str, *, lock: bool = False) -> bool:
    """Whether it is on; with `lock`, it stays as it is until the transaction has ended."""
    return _found(connection, name, lock=lock)[0]


def check_on(connection: Connection, name: str) -> None:
    """Raises Refusal `switched_off` unless it is on, and stays so until the transaction has ended."""
    on, reason = _found(connection, name, lock=True)
    if not on:
        raise switched_off(name, reason)


def put(connection: Connection, switch: Switch) -> None:
    """Sets a switch, once everything has ended that has found it as it was."""
    bulk.put(connection, SWITCHES, [(switch.name, int(switch.on), switch.reason, switch.by, switch.changed_ms)])


def every(connection: Connection) -> list[Switch]:
    """All switches, by name."""
    rows = connection.execute(select(SWITCHES).order_by(SWITCHES.c.name))
    return [
        Switch(name=name, on=bool(is_on), reason=reason, by=by, changed_ms=changed_ms)
        for name, is_on, reason, by, changed_ms in rows
    ]


def _found(connection: Connection, name: str, *, lock: bool) -> tuple[bool, str]:
    query = select(SWITCHES.c.is_on, SWITCHES.c.reason).where(SWITCHES.c.name == name)
    found = connection.execute(query.with_for_update(read=True) if lock else query).one()
    return bool(found.is_on), found.reason
