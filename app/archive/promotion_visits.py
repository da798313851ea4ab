"""Who followed a promoted card, and what they gave in that room within the hour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection, Index, Integer, String, Table, func, select

from app.archive import bulk
from app.archive.accounts import account_id
from app.archive.cursor import home_of
from app.archive.schema import ENTRIES, METADATA, POSTINGS, key, long, text
from app.archive.statements import GIFTS, GIFTS_BACK, n_at, of_entry
from app.rules.entries import decode
from app.rules.gift_steps import GiftReturned, GiftStep
from app.rules.postings import coins_of
from app.rules.promotions import HOUR_MS, Promotion, part_of

LOOK_EVERY_MS = 5_000
# The archive may be that far behind a gift.
SETTLED_AFTER_MS = 60_000
NEVER = 2**53

# One visit a person and hour. `gifter` is the person who may give, '' as long as nobody is known. `look_ms`: when it is
# to be looked what was given since.
PROMOTION_VISITS = Table(
    "promotion_visits",
    METADATA,
    *(key("promotion", String()), key("person", String()), key("hour", Integer())),
    *(long("at_ms"), text("gifter"), text("room"), long("gifts"), long("coins"), long("look_ms")),
    Index("promotion_visits_look_ms", "look_ms"),
    sqlite_with_rowid=False,
)


class Followed(NamedTuple):
    """Visits, and the gifts that followed within the hour: how many, and for how many coins."""

    visits: int = 0
    gifts: int = 0
    coins: int = 0


def visit(connection: Connection, promotion: Promotion, person: str, gifter: str, shown_ms: int, at_ms: int) -> bool:
    """Notes that a person followed the card; False where that was noted of one that was shown in the same hour.

    The gifter may be told later.
    """
    by = {"promotion": promotion.id, "person": person, "hour": shown_ms // HOUR_MS}
    rest = {"room": promotion.room, "gifts": 0, "coins": 0, "look_ms": at_ms + LOOK_EVERY_MS if gifter else NEVER}
    if bulk.insert_new(connection, PROMOTION_VISITS, {**by, "at_ms": at_ms, "gifter": gifter, **rest}):
        return True
    if gifter:
        visits = PROMOTION_VISITS
        known = [visits.c[name] == value for name, value in by.items()]
        change = visits.update().where(*known, visits.c.gifter == "")
        connection.execute(change.values(gifter=gifter, look_ms=at_ms))
    return False


def look(connection: Connection, now_ms: int, limit: int) -> int:
    """Looks what those gave whose time to be looked at has come; how many there were."""
    visits = PROMOTION_VISITS
    names = ("promotion", "person", "hour", "at_ms", "gifter", "room")
    query = select(*(visits.c[name] for name in names)).where(visits.c.look_ms <= now_ms)
    rows = connection.execute(query.order_by(visits.c.look_ms).limit(limit)).all()
    for promotion, person, hour, at_ms, gifter, room in rows:
        gifts, coins = given(connection, gifter, room, at_ms, at_ms + HOUR_MS)
        over = now_ms > at_ms + HOUR_MS + SETTLED_AFTER_MS
        where = (visits.c.promotion == promotion, visits.c.person == person, visits.c.hour == hour)
        change = visits.update().where(*where)
        look_ms = NEVER if over else now_ms + LOOK_EVERY_MS
        connection.execute(change.values(gifts=gifts, coins=coins, look_ms=look_ms))
    return len(rows)


def given(connection: Connection, sender: str, room: str, from_ms: int, to_ms: int) -> tuple[int, int]:
    """How many gifts somebody gave in a room in that time, and for how many coins."""
    home = home_of(connection, sender)
    query = select(of_entry(ENTRIES.c.payload, home)).where(of_entry(ENTRIES.c.kind, home).in_((*GIFTS, *GIFTS_BACK)))
    query = query.where(POSTINGS.c.account == account_id(connection, coins_of(sender), home))
    since, until = n_at(connection, from_ms - 1, home), n_at(connection, to_ms, home)
    lines = connection.scalars(query.where(POSTINGS.c.n > since, POSTINGS.c.n <= until))
    gifts = [gift for gift in map(decode, lines) if isinstance(gift, GiftStep) and gift.room == room]
    # What came back was not given; what is on its way still is.
    back = {gift.id for gift in gifts if isinstance(gift, GiftReturned)}
    found = [gift for gift in gifts if gift.id not in back]
    return sum(gift.quantity for gift in found), sum(gift.coins for gift in found)


def followed(connection: Connection, ids: Sequence[str]) -> dict[str, Followed]:
    """Visits and gifts of each of these promotions."""
    by = PROMOTION_VISITS.c.promotion
    sums = (func.count(), func.sum(PROMOTION_VISITS.c.gifts), func.sum(PROMOTION_VISITS.c.coins))
    query = select(by, *sums).where(by.in_(ids)).group_by(by)
    return {row[0]: Followed(*map(int, row[1:])) for row in connection.execute(query)}


def followed_by_part(connection: Connection, promotion: Promotion) -> dict[int, Followed]:
    """The same of one promotion, by the part of its time in which the card was followed."""
    visits = PROMOTION_VISITS.c
    query = select(visits.at_ms, visits.gifts, visits.coins).where(visits.promotion == promotion.id)
    found: dict[int, Followed] = {}
    for at_ms, gifts, coins in connection.execute(query):
        part = part_of(promotion, at_ms)
        before = found.get(part, Followed())
        found[part] = Followed(before.visits + 1, before.gifts + gifts, before.coins + coins)
    return found
