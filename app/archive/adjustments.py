"""Corrections of wallets that were asked for, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Index, Select, String, Table, select, tuple_

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.adjustments import Adjustment

_NAMES = Adjustment.__struct_fields__
_LONG = {field.name for field in msgspec.structs.fields(Adjustment) if field.type is int}

ADJUSTMENTS = Table(
    "adjustments",
    METADATA,
    key("id", String()),
    # The Idempotency-Key by which it was asked for, with who asked, and a mark of what was asked.
    *(text("request"), text("mark")),
    *(long(name) if name in _LONG else text(name) for name in _NAMES if name != "id"),
    Index("adjustments_request", "request", unique=True),
    Index("adjustments_created_ms", "created_ms", "id"),
)


def insert(connection: Connection, adjustment: Adjustment, request: str, mark: str) -> bool:
    """A new adjustment; False where its request has made one before."""
    values = {"request": request, "mark": mark, **msgspec.structs.asdict(adjustment)}
    return bulk.insert_new(connection, ADJUSTMENTS, values)


def save(connection: Connection, adjustment: Adjustment) -> None:
    """What has become of an adjustment."""
    change = ADJUSTMENTS.update().where(ADJUSTMENTS.c.id == adjustment.id)
    connection.execute(change.values(msgspec.structs.asdict(adjustment)))


def find(connection: Connection, adjustment_id: str, *, lock: bool = False) -> Adjustment | None:
    """An adjustment; with `lock`, nobody else changes it before the transaction ends."""
    query = _all().where(ADJUSTMENTS.c.id == adjustment_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _adjustment(row)


def find_by_request(connection: Connection, request: str) -> tuple[Adjustment, str] | None:
    """The adjustment that was asked for by that key, and the mark of what was asked."""
    query = _all().add_columns(ADJUSTMENTS.c.mark).where(ADJUSTMENTS.c.request == request)
    row = connection.execute(query).one_or_none()
    return None if row is None else (_adjustment(row[:-1]), row[-1])


def page(connection: Connection, status: str | None, before: tuple[int, str] | None, limit: int) -> list[Adjustment]:
    """Adjustments, of one status or of all, the newest first, from the one before (created, id) on."""
    query = _all()
    if status is not None:
        query = query.where(ADJUSTMENTS.c.status == status)
    if before is not None:
        query = query.where(tuple_(ADJUSTMENTS.c.created_ms, ADJUSTMENTS.c.id) < before)
    query = query.order_by(ADJUSTMENTS.c.created_ms.desc(), ADJUSTMENTS.c.id.desc()).limit(limit)
    return [_adjustment(row) for row in connection.execute(query)]


def _all() -> Select[tuple[object, ...]]:
    return select(*(ADJUSTMENTS.c[name] for name in _NAMES))


def _adjustment(row: Sequence[object]) -> Adjustment:
    return Adjustment(**dict(zip(_NAMES, row, strict=True)))  # type: ignore[arg-type]
