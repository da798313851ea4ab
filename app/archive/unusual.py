"""Which addresses people buy from, as marks, and purchases that were unusual; all of it is forgotten after a while."""

from __future__ import annotations

from sqlalchemy import Connection, Index, String, Table, delete, func, select, update

from app.archive import bulk
from app.archive.purchases import PURCHASES, find
from app.archive.schema import METADATA, key, long, text
from app.rules.purchases import Purchase
from app.rules.unusual import (
    ADDRESSES_MAX,
    KEPT_MS,
    NOTED_MAX,
    NOTICES_MAX,
    UnusualNotice,
    is_unusual,
    notice_of,
)

# When coins were last bought from an address.
PURCHASE_ADDRESSES = Table(
    "purchase_addresses",
    METADATA,
    *(key("person", String()), key("mark", String()), long("used_ms")),
    Index("purchase_addresses_used_ms", "used_ms"),
)

# Purchases by the address that they were asked for from. `state`: `open` until they were credited, then gone, or, of
# unusual ones, `due` until the person was told, and `told` until the person knows them.
PURCHASES_FROM = Table(
    "purchases_from",
    METADATA,
    *(key("purchase", String()), text("person"), text("mark"), long("large"), long("at_ms"), text("state")),
    Index("purchases_from_person", "person", "at_ms"),
    Index("purchases_from_state", "state"),
    Index("purchases_from_at_ms", "at_ms"),
)


def note(connection: Connection, purchase: Purchase, mark: str, *, large: bool) -> None:
    """Notes the address that a purchase was asked for from; of one person's, the latest."""
    row = {"purchase": purchase.id, "person": purchase.user, "mark": mark, "large": int(large)}
    connection.execute(PURCHASES_FROM.insert().values(**row, at_ms=purchase.created_ms, state="open"))
    _keep_latest(connection, purchase.user, ("open",), NOTED_MAX)


def judge(connection: Connection, purchase: Purchase, now_ms: int) -> None:
    """Once it was credited: keeps its address as one that is used, and the purchase itself where it was unusual."""
    here = PURCHASES_FROM.c.purchase == purchase.id
    query = select(PURCHASES_FROM.c.mark, PURCHASES_FROM.c.large).where(here, PURCHASES_FROM.c.state == "open")
    found = connection.execute(query.with_for_update()).one_or_none()
    # It was credited before, or came where no address was known.
    if found is None:
        return
    mark, large = found
    user, used = purchase.user, _used(connection, purchase.user, now_ms)
    if large and is_unusual(mark, used, bought_before=_bought_before(connection, purchase)):
        connection.execute(update(PURCHASES_FROM).where(here).values(state="due"))
        _keep_latest(connection, user, ("due", "told"), NOTICES_MAX)
    else:
        connection.execute(delete(PURCHASES_FROM).where(here))
    bulk.put(connection, PURCHASE_ADDRESSES, [(user, mark, now_ms)])
    columns = PURCHASE_ADDRESSES.c
    oldest = select(columns.mark).where(columns.person == user).order_by(columns.used_ms.desc(), columns.mark)
    marks = list(connection.scalars(oldest.offset(ADDRESSES_MAX).limit(NOTED_MAX)))
    connection.execute(delete(PURCHASE_ADDRESSES).where(columns.person == user, columns.mark.in_(marks)))


def notices(connection: Connection, user: str, now_ms: int) -> list[UnusualNotice]:
    """What was unusual lately and the person has not said to know, the newest first."""
    columns = PURCHASES_FROM.c
    query = select(columns.purchase).where(columns.person == user, columns.state.in_(("due", "told")))
    query = query.where(columns.at_ms > now_ms - KEPT_MS).order_by(columns.at_ms.desc(), columns.purchase)
    return [notice for name in connection.scalars(query).all() if (notice := _notice(connection, name))]


def know(connection: Connection, user: str, purchase_id: str) -> Purchase | None:
    """The person says that it was them: the purchase; None where it is not theirs. Once more changes nothing."""
    purchase = find(connection, purchase_id)
    if purchase is None or purchase.user != user:
        return None
    columns = PURCHASES_FROM.c
    connection.execute(
        delete(PURCHASES_FROM).where(columns.purchase == purchase_id, columns.state.in_(("due", "told")))
    )
    return purchase


def untold(connection: Connection, limit: int) -> list[tuple[str, UnusualNotice]]:
    """People who are still to be told, and of what."""
    columns = PURCHASES_FROM.c
    rows = connection.execute(select(columns.person, columns.purchase).where(columns.state == "due").limit(limit)).all()
    return [(person, notice) for person, name in rows if (notice := _notice(connection, name))]


def told(connection: Connection, purchase_id: str) -> None:
    """The person was told of it."""
    here = (PURCHASES_FROM.c.purchase == purchase_id) & (PURCHASES_FROM.c.state == "due")
    connection.execute(update(PURCHASES_FROM).where(here).values(state="told"))


def forget(connection: Connection, now_ms: int) -> None:
    """Drops what was kept for long enough."""
    over_ms = now_ms - KEPT_MS
    connection.execute(delete(PURCHASE_ADDRESSES).where(PURCHASE_ADDRESSES.c.used_ms <= over_ms))
    connection.execute(delete(PURCHASES_FROM).where(PURCHASES_FROM.c.at_ms <= over_ms))


def _used(connection: Connection, user: str, now_ms: int) -> set[str]:
    columns = PURCHASE_ADDRESSES.c
    query = select(columns.mark).where(columns.person == user, columns.used_ms > now_ms - KEPT_MS)
    return set(connection.scalars(query))


def _bought_before(connection: Connection, purchase: Purchase) -> bool:
    columns = PURCHASES.c
    query = select(func.count()).where(columns.user == purchase.user, columns.credited_ms > 0)
    return bool(connection.scalar(query.where(columns.id != purchase.id)))


def _notice(connection: Connection, purchase_id: str) -> UnusualNotice | None:
    purchase = find(connection, purchase_id)
    return None if purchase is None else notice_of(purchase)


def _keep_latest(connection: Connection, user: str, states: tuple[str, ...], most: int) -> None:
    columns = PURCHASES_FROM.c
    query = select(columns.purchase).where(columns.person == user, columns.state.in_(states))
    query = query.order_by(columns.at_ms.desc(), columns.purchase.desc()).offset(most).limit(most)
    names = list(connection.scalars(query))
    connection.execute(delete(PURCHASES_FROM).where(columns.purchase.in_(names)))
