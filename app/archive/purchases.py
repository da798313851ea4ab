"""Purchases of coins, and money that is to go back to who paid."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, Index, Select, String, Table, func, select, tuple_

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.purchases import Purchase

_NAMES = Purchase.__struct_fields__
_LONG = {field.name for field in msgspec.structs.fields(Purchase) if field.type is int}

PURCHASES = Table(
    "purchases",
    METADATA,
    key("id", String()),
    # The Idempotency-Key by which it was asked for, with its user, and a mark of what was asked.
    *(text("request"), text("mark"), text("return_url")),
    *(long(name) if name in _LONG else text(name) for name in _NAMES if name not in ("id", "package")),
    text("package"),
    Index("purchases_request", "request", unique=True),
    Index("purchases_payment", "payment"),
    Index("purchases_user", "user", "created_ms", "id"),
    Index("purchases_status", "status", "expires_ms"),
)

# Money that goes back. `state`: `coins` until its coins were taken, then `due`, then
# `done`; or `refused`, where they had been spent.
GIVE_BACKS = Table(
    "give_backs",
    METADATA,
    key("id", String()),
    *(text("purchase"), long("minor"), text("state"), long("due_ms"), long("tries")),
    Index("give_backs_state", "state", "due_ms"),
)


class Request(msgspec.Struct, frozen=True):
    """By what a purchase was asked for: the user's key, a mark of the content, and where the checkout leads back to."""

    key: str
    mark: str
    return_url: str


def insert(connection: Connection, purchase: Purchase, request: Request) -> bool:
    """A new purchase; False where its request has made one before."""
    values = {"request": request.key, "mark": request.mark, "return_url": request.return_url}
    return bulk.insert_new(connection, PURCHASES, {**values, **_values(purchase)})


def save(connection: Connection, purchase: Purchase) -> None:
    """What has become of a purchase."""
    connection.execute(PURCHASES.update().where(PURCHASES.c.id == purchase.id).values(_values(purchase)))


def find(connection: Connection, purchase_id: str, *, lock: bool = False) -> Purchase | None:
    """A purchase; with `lock`, nobody else changes it before the transaction ends."""
    return _one(connection, _all().where(PURCHASES.c.id == purchase_id), lock)


def find_with_return(connection: Connection, purchase_id: str) -> tuple[Purchase, str] | None:
    """A purchase, and where its checkout leads back to."""
    purchase = find(connection, purchase_id)
    url = connection.scalar(select(PURCHASES.c.return_url).where(PURCHASES.c.id == purchase_id))
    return None if purchase is None else (purchase, str(url))


def count_open(connection: Connection, user: str) -> int:
    """How many checkouts of a user's are open."""
    query = select(func.count()).where(PURCHASES.c.user == user, PURCHASES.c.status == "created")
    return connection.scalar(query) or 0


def paid_by(connection: Connection, user: str) -> tuple[str, int, int] | None:
    """The currency in which a user has bought most coins that were not given back, what was paid, for how many."""
    columns = PURCHASES.c
    minor = func.sum(columns.minor - columns.back_minor)
    coins = func.sum(columns.coins + columns.bonus - columns.back_coins)
    query = select(columns.currency, minor, coins).where(columns.user == user, columns.status == "credited")
    found = connection.execute(query.group_by(columns.currency).order_by(coins.desc()).limit(1)).first()
    return None if found is None or int(found[2]) <= 0 else (found[0], int(found[1]), int(found[2]))


def open_of(connection: Connection, user: str) -> list[str]:
    """The ids of a user's checkouts that are open."""
    query = select(PURCHASES.c.id).where(PURCHASES.c.user == user, PURCHASES.c.status == "created")
    return list(connection.scalars(query))


def find_by_payment(connection: Connection, provider: str, payment: str) -> Purchase | None:
    """The purchase that a provider's payment was for, locked."""
    query = _all().where(PURCHASES.c.payment == payment, PURCHASES.c.provider == provider)
    return _one(connection, query, True)


def find_by_request(connection: Connection, request_key: str) -> tuple[Purchase, Request] | None:
    """The purchase that was asked for by that key."""
    columns = (PURCHASES.c.request, PURCHASES.c.mark, PURCHASES.c.return_url)
    row = connection.execute(select(*columns).where(PURCHASES.c.request == request_key)).one_or_none()
    purchase = _one(connection, _all().where(PURCHASES.c.request == request_key), False)
    return (purchase, Request(*row)) if purchase and row else None


def page(connection: Connection, user: str, before: tuple[int, str] | None, limit: int) -> list[Purchase]:
    """A user's purchases, the newest first, from the one before (created, id) on."""
    query = _all().where(PURCHASES.c.user == user)
    if before is not None:
        query = query.where(tuple_(PURCHASES.c.created_ms, PURCHASES.c.id) < before)
    query = query.order_by(PURCHASES.c.created_ms.desc(), PURCHASES.c.id.desc()).limit(limit)
    return [_purchase(row) for row in connection.execute(query)]


def overdue(connection: Connection, now_ms: int, limit: int) -> list[str]:
    """Purchases that nobody has paid in time."""
    query = select(PURCHASES.c.id).where(PURCHASES.c.status == "created", PURCHASES.c.expires_ms <= now_ms)
    return list(connection.scalars(query.order_by(PURCHASES.c.expires_ms).limit(limit)))


def give_back(connection: Connection, undo_id: str, purchase_id: str, minor: int, now_ms: int) -> None:
    """Notes money that goes back once the entry of that id has taken the coins."""
    values = {"id": undo_id, "purchase": purchase_id, "minor": minor, "state": "coins", "due_ms": now_ms, "tries": 0}
    connection.execute(GIVE_BACKS.insert().values(values))


def state_of_give_back(connection: Connection, undo_id: str) -> str | None:
    """How far money is on its way back; None where none goes back under that id."""
    state: str | None = connection.scalar(select(GIVE_BACKS.c.state).where(GIVE_BACKS.c.id == undo_id))
    return state


def set_give_back(connection: Connection, undo_id: str, state: str, due_ms: int, tries: int = 0) -> None:
    """How far it is. An undoing that gives no money back has none."""
    values = {"state": state, "due_ms": due_ms, "tries": tries}
    connection.execute(GIVE_BACKS.update().where(GIVE_BACKS.c.id == undo_id).values(values))


def due_give_backs(connection: Connection, now_ms: int, limit: int) -> list[tuple[str, Purchase, int, int]]:
    """Money that is to go back now: id, purchase, minor units, and how often it was tried."""
    query = _all().add_columns(GIVE_BACKS.c.id, GIVE_BACKS.c.minor, GIVE_BACKS.c.tries)
    query = query.join(GIVE_BACKS, GIVE_BACKS.c.purchase == PURCHASES.c.id)
    query = query.where(GIVE_BACKS.c.state == "due", GIVE_BACKS.c.due_ms <= now_ms).limit(limit)
    return [(row[-3], _purchase(row), row[-2], row[-1]) for row in connection.execute(query)]


def _all() -> Select[tuple[object, ...]]:
    return select(*(PURCHASES.c[name] for name in _NAMES))


def _one(connection: Connection, query: Select[tuple[object, ...]], lock: bool) -> Purchase | None:
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _purchase(row)


def _purchase(row: Sequence[object]) -> Purchase:
    values = dict(zip(_NAMES, row, strict=False))
    return Purchase(**{**values, "package": values["package"] or None})  # type: ignore[arg-type]


def _values(purchase: Purchase) -> dict[str, object]:
    return {**msgspec.structs.asdict(purchase), "package": purchase.package or ""}
