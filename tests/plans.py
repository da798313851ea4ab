"""How SQLite finds what the archive asks for, and how long its way is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, event

from app.archive.schema import METADATA


def scanned(connection: Connection, work: Callable[..., object], *args: Any) -> list[str]:
    """The archive's tables that this work reads from end to end."""
    asked: list[tuple[str, Any]] = []

    def note(_: Any, __: Any, statement: str, parameters: Any, ___: Any, many: bool) -> None:
        if statement.startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            asked.append((statement, parameters[0] if many else parameters))

    event.listen(connection, "before_cursor_execute", note)
    work(connection, *args)
    event.remove(connection, "before_cursor_execute", note)
    assert asked
    plans: list[str] = []
    for statement, values in asked:
        plans += (row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values))
    return [table for table in METADATA.tables if any(step.split()[:2] == ["SCAN", table] for step in plans)]


def steps(connection: Connection, work: Callable[..., object], *args: Any) -> int:
    """How many steps of its machine SQLite takes for this work: at least one for each row that it looks at."""
    taken = 0

    def count() -> None:
        nonlocal taken
        taken += 1

    driver: Any = connection.connection.driver_connection
    driver.set_progress_handler(count, 1)
    try:
        work(connection, *args)
    finally:
        driver.set_progress_handler(None, 0)
    return taken
