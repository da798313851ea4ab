"""Promotions, what was counted of each by the parts of its time, and who followed them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
from sqlalchemy import Connection, Index, Integer, Select, String, Table, func, select, tuple_

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.promotions import Promotion

_NAMES = Promotion.__struct_fields__
_LONG = {field.name for field in msgspec.structs.fields(Promotion) if field.type is int}
OPEN = ("asked", "running")

PROMOTIONS = Table(
    "promotions",
    METADATA,
    key("id", String()),
    # The Idempotency-Key by which it was asked for, with its user, and a mark of what was asked.
    *(text("request"), text("mark")),
    *(long(name) if name in _LONG else text(name) for name in _NAMES if name != "id"),
    Index("promotions_request", "request", unique=True),
    Index("promotions_user", "user", "created_ms", "id"),
    Index("promotions_status", "status", "id"),
)

PROMOTION_PARTS = Table(
    "promotion_parts",
    METADATA,
    *(key("promotion", String()), key("part", Integer()), long("impressions")),
    sqlite_with_rowid=False,
)


def insert(connection: Connection, promotion: Promotion, request: str, mark: str) -> bool:
    """A new promotion; False where its request has made one before."""
    values = {"request": request, "mark": mark, **msgspec.structs.asdict(promotion)}
    return bulk.insert_new(connection, PROMOTIONS, values)


def save(connection: Connection, promotion: Promotion) -> None:
    """What has become of a promotion."""
    change = PROMOTIONS.update().where(PROMOTIONS.c.id == promotion.id)
    connection.execute(change.values(msgspec.structs.asdict(promotion)))


def find(connection: Connection, promotion_id: str, *, lock: bool = False) -> Promotion | None:
    """A promotion; with `lock`, nobody else changes it before the transaction ends."""
    query = _all().where(PROMOTIONS.c.id == promotion_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _promotion(row)


def find_by_request(connection: Connection, request: str) -> tuple[Promotion, str] | None:
    """The promotion that was asked for by that key, and the mark of what was asked."""
    query = _all().add_columns(PROMOTIONS.c.mark).where(PROMOTIONS.c.request == request)
    row = connection.execute(query).one_or_none()
    return None if row is None else (_promotion(row[:-1]), row[-1])


def count_open(connection: Connection) -> int:
    """How many are asked for or run."""
    return connection.scalar(select(func.count()).where(PROMOTIONS.c.status.in_(OPEN))) or 0


def count_open_of(connection: Connection, user: str) -> int:
    """How many of a person's are asked for or run."""
    query = select(func.count()).where(PROMOTIONS.c.status.in_(OPEN), PROMOTIONS.c.user == user)
    return connection.scalar(query) or 0


def running(connection: Connection, limit: int) -> list[Promotion]:
    """Those that run."""
    query = _all().where(PROMOTIONS.c.status == "running").order_by(PROMOTIONS.c.id).limit(limit)
    return [_promotion(row) for row in connection.execute(query)]


def page(connection: Connection, user: str, before: tuple[int, str] | None, limit: int) -> list[Promotion]:
    """A person's promotions that were paid, the newest first, from the one before (created, id) on."""
    query = _all().where(PROMOTIONS.c.user == user, PROMOTIONS.c.status != "refused")
    if before is not None:
        query = query.where(tuple_(PROMOTIONS.c.created_ms, PROMOTIONS.c.id) < before)
    query = query.order_by(PROMOTIONS.c.created_ms.desc(), PROMOTIONS.c.id.desc()).limit(limit)
    return [_promotion(row) for row in connection.execute(query)]


def note(connection: Connection, promotion_id: str, delivered: int, parts: Mapping[int, int]) -> None:
    """Notes what was counted: numbers only grow, whoever tells them in whatever order."""
    change = PROMOTIONS.update().where(PROMOTIONS.c.id == promotion_id, PROMOTIONS.c.delivered < delivered)
    connection.execute(change.values(delivered=delivered))
    known = parts_of(connection, promotion_id)
    grown = {part: count - known.get(part, 0) for part, count in parts.items() if count > known.get(part, 0)}
    bulk.add(connection, PROMOTION_PARTS, [(promotion_id, part, more) for part, more in sorted(grown.items())])


def parts_of(connection: Connection, promotion_id: str) -> dict[int, int]:
    """Impressions by the part of its time."""
    columns = (PROMOTION_PARTS.c.part, PROMOTION_PARTS.c.impressions)
    rows = connection.execute(select(*columns).where(PROMOTION_PARTS.c.promotion == promotion_id))
    return {row[0]: row[1] for row in rows}


def _all() -> Select[tuple[object, ...]]:
    return select(*(PROMOTIONS.c[name] for name in _NAMES))


def _promotion(row: Sequence[object]) -> Promotion:
    return Promotion(**dict(zip(_NAMES, row, strict=True)))  # type: ignore[arg-type]
