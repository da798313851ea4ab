"""Payouts of diamonds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Index, Select, String, Table, and_, func, or_, select, tuple_

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.payouts import ENDED_UNPAID, OPEN, Payout, Status

_NAMES = Payout.__struct_fields__
_KINDS = {field.name: field.type for field in msgspec.structs.fields(Payout)}
_LONG = {name for name, kind in _KINDS.items() if kind in (int, bool)}
_JSON = {"destination", "steps", "history"}

PAYOUTS = Table(
    "payouts",
    METADATA,
    key("id", String()),
    # The Idempotency-Key by which it was asked for, with its user, and a mark of what was asked.
    *(text("request"), text("mark")),
    *(long(name) if name in _LONG else text(name) for name in _NAMES if name != "id"),
    Index("payouts_request", "request", unique=True),
    Index("payouts_quote", "quote", unique=True),
    Index("payouts_user", "user", "created_ms", "id"),
    Index("payouts_status", "status", "created_ms", "id"),
    Index("payouts_due_ms", "due_ms"),
    Index("payouts_batch", "batch"),
)


class Request(NamedTuple):
    """By what a payout was asked for: the user's key, and a mark of the content."""

    key: str
    mark: str


class Sums(NamedTuple):
    """A streamer's milli-diamonds: paid out for good, and held for payouts that wait for approval."""

    paid: int
    in_review: int


def insert(connection: Connection, payout: Payout, request: Request) -> bool:
    """A new payout; False where its request or its quote has made one before."""
    values = {"request": request.key, "mark": request.mark}
    return bulk.insert_new(connection, PAYOUTS, {**values, **_values(payout)})


def save(connection: Connection, payout: Payout) -> None:
    """What has become of a payout."""
    connection.execute(PAYOUTS.update().where(PAYOUTS.c.id == payout.id).values(_values(payout)))


def find(connection: Connection, payout_id: str, *, lock: bool = False) -> Payout | None:
    """A payout; with `lock`, nobody else changes it before the transaction ends."""
    query = _all().where(PAYOUTS.c.id == payout_id)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _payout(row)


def find_by_request(connection: Connection, request_key: str) -> tuple[Payout, Request] | None:
    """The payout that was asked for by that key."""
    query = _all().add_columns(PAYOUTS.c.request, PAYOUTS.c.mark).where(PAYOUTS.c.request == request_key)
    row = connection.execute(query).one_or_none()
    return None if row is None else (_payout(row), Request(*row[-2:]))


def is_used(connection: Connection, quote: str) -> bool:
    """Whether a payout was asked for with that quote."""
    return connection.scalar(select(PAYOUTS.c.id).where(PAYOUTS.c.quote == quote)) is not None


def page(
    connection: Connection,
    before: tuple[int, str] | None,
    limit: int,
    *,
    user: str | None = None,
    status: str | None = None,
) -> list[Payout]:
    """Payouts of a user, or of a status, or all, the newest first, from the one before (created, id) on."""
    query = _all()
    if user is not None:
        query = query.where(PAYOUTS.c.user == user)
    if status is not None:
        query = query.where(PAYOUTS.c.status == status)
    if before is not None:
        query = query.where(tuple_(PAYOUTS.c.created_ms, PAYOUTS.c.id) < before)
    query = query.order_by(PAYOUTS.c.created_ms.desc(), PAYOUTS.c.id.desc()).limit(limit)
    return [_payout(row) for row in connection.execute(query)]


def since(connection: Connection, user: str, from_ms: int) -> list[Payout]:
    """What a user has asked for from a time on, and what did not come back of it."""
    query = _all().where(PAYOUTS.c.user == user, PAYOUTS.c.created_ms >= from_ms)
    return [_payout(row) for row in connection.execute(query.where(PAYOUTS.c.status.not_in(ENDED_UNPAID)))]


def count_since(connection: Connection, user: str, from_ms: int) -> int:
    """How many a user has asked for from a time on, whatever became of them."""
    query = select(func.count()).where(PAYOUTS.c.user == user, PAYOUTS.c.created_ms >= from_ms)
    return connection.scalar(query) or 0


def moved(connection: Connection, user: str, from_ms: int, until_ms: int) -> list[Payout]:
    """A user's payouts that were paid, or came back after that, in a span of time."""
    spans = [and_(column >= from_ms, column < until_ms) for column in (PAYOUTS.c.paid_ms, PAYOUTS.c.back_ms)]
    query = _all().where(PAYOUTS.c.user == user, or_(*spans))
    return [_payout(row) for row in connection.execute(query.order_by(PAYOUTS.c.paid_ms))]


def sums(connection: Connection, user: str) -> Sums:
    """What payouts have made of a user's diamonds."""
    query = select(PAYOUTS.c.status, PAYOUTS.c.second, func.sum(PAYOUTS.c.milli))
    query = query.where(PAYOUTS.c.user == user, PAYOUTS.c.status.in_(("paid", "requested")))
    paid = in_review = 0
    for status, second, milli in connection.execute(query.group_by(PAYOUTS.c.status, PAYOUTS.c.second)):
        if status == "paid":
            paid += int(milli)
        elif second:
            in_review += int(milli)
    return Sums(paid, in_review)


def due(connection: Connection, now_ms: int, limit: int, *, submits: bool = True) -> list[Payout]:
    """Payouts about which something is to be done now, those that have waited longest first.

    Unless it `submits`, without those that are to be submitted.
    """
    query = _all().where(PAYOUTS.c.due_ms > 0, PAYOUTS.c.due_ms <= now_ms)
    if not submits:
        query = query.where(PAYOUTS.c.status != "approved")
    return [_payout(row) for row in connection.execute(query.order_by(PAYOUTS.c.due_ms).limit(limit))]


def in_batch(connection: Connection, batch: str) -> list[Payout]:
    """The payouts of a file for the bank."""
    return [_payout(row) for row in connection.execute(_all().where(PAYOUTS.c.batch == batch).order_by(PAYOUTS.c.id))]


def without_batch(connection: Connection, rail: str, limit: int) -> list[Payout]:
    """Payouts that their rail was asked to pay and that are in no file yet, locked, the oldest first."""
    query = _all().where(PAYOUTS.c.status == "submitted", PAYOUTS.c.rail == rail, PAYOUTS.c.batch == "")
    query = query.order_by(PAYOUTS.c.created_ms, PAYOUTS.c.id).limit(limit).with_for_update()
    return [_payout(row) for row in connection.execute(query)]


def count_open(connection: Connection) -> dict[Status, int]:
    """How many payouts have not come to an end, by their status."""
    query = select(PAYOUTS.c.status, func.count()).where(PAYOUTS.c.status.in_(OPEN)).group_by(PAYOUTS.c.status)
    found: dict[str, int] = dict(connection.execute(query).all())
    return {status: found.get(status, 0) for status in OPEN}


def _all() -> Select[tuple[Any, ...]]:
    return select(*(PAYOUTS.c[name] for name in _NAMES))


def _payout(row: Sequence[Any]) -> Payout:
    values = dict(zip(_NAMES, row, strict=False))
    for name, value in values.items():
        if name in _JSON:
            values[name] = msgspec.json.decode(value, type=_KINDS[name])
        elif _KINDS[name] is bool:
            values[name] = bool(value)
    return Payout(**values)


def _values(payout: Payout) -> dict[str, Any]:
    values = msgspec.structs.asdict(payout)
    for name in _JSON:
        values[name] = msgspec.json.encode(values[name]).decode()
    return {name: int(value) if isinstance(value, bool) else value for name, value in values.items()}
