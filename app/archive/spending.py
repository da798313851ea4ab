"""What was set to bound people's spending, and what they have spent by day, room and streamer."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, String, Table, select, update

from app.archive import bulk
from app.archive.cursor import home_of, read_cursor
from app.archive.schema import ACCOUNTS, ENTRIES, METADATA, POSTINGS, key, long, text
from app.archive.statements import SPENDING, balances_at, n_at, spent_since
from app.rules.entries import decode
from app.rules.postings import coins_of, given_of
from app.rules.spending import WINDOWS, Bounds, Come, begun
from app.rules.spending_report import Spent
from app.rules.zones import window_at, zone_at

# `bounds` is JSON.
SPENDING_LIMITS = Table("spending_limits", METADATA, key("person", String()), long("version"), text("bounds"))

_encode = msgspec.json.Encoder().encode


def bounds_of(connection: Connection, user: str) -> Bounds:
    """What was set for a person."""
    found = connection.scalar(select(SPENDING_LIMITS.c.bounds).where(SPENDING_LIMITS.c.person == user))
    return Bounds() if found is None else msgspec.json.decode(found, type=Bounds)


def change_bounds(connection: Connection, user: str, change: Callable[[Bounds], Bounds]) -> Bounds:
    """Changes what was set for a person: what it is then."""
    row = SPENDING_LIMITS.c.person == user
    bulk.insert_new(connection, SPENDING_LIMITS, {"person": user, "version": 0, "bounds": "{}"})
    # Whoever changes the same waits here for us.
    connection.execute(update(SPENDING_LIMITS).where(row).values(version=SPENDING_LIMITS.c.version + 1))
    before = bounds_of(connection, user)
    after = replace(change(before), version=before.version + 1)
    values = {"version": after.version, "bounds": _encode(after).decode()}
    connection.execute(update(SPENDING_LIMITS).where(row).values(values))
    return after


def come_of(connection: Connection, user: str, tz: str, now_ms: int) -> tuple[Come, int]:
    """How far a person has come by the entries that are archived, and up to which n these go."""
    home, zone = home_of(connection, user), zone_at(tz, now_ms)
    n = read_cursor(connection, home).n
    given = balances_at(connection, [given_of(user)], n, home).get(given_of(user), 0)
    day, week, month = (
        spent_since(connection, coins_of(user), window_at(getattr(zone, name), now_ms)[0]) for name in WINDOWS
    )
    return begun(given, (day, week, month), zone, now_ms), n


def spent_lines(
    connection: Connection, user: str, from_ms: int, to_ms: int, limit: int
) -> tuple[list[Spent], int | None]:
    """The latest entries that spent a person's coins from one time up to another, the newest first.

    Where there were more, from when on they are all here.
    """
    home = home_of(connection, user)
    since, until = n_at(connection, from_ms - 1, home), n_at(connection, to_ms - 1, home)
    account = select(ACCOUNTS.c.id).where(ACCOUNTS.c.partition == home, ACCOUNTS.c.name == coins_of(user))
    query = select(ENTRIES.c.at_ms, POSTINGS.c.amount, ENTRIES.c.payload)
    query = query.join(ENTRIES, ENTRIES.c.n == POSTINGS.c.n).where(ENTRIES.c.partition == home)
    query = query.where(POSTINGS.c.account == account.scalar_subquery(), ENTRIES.c.kind.in_(SPENDING))
    query = query.where(POSTINGS.c.n > since, POSTINGS.c.n <= until).order_by(POSTINGS.c.n.desc()).limit(limit + 1)
    found = [Spent(at_ms, -amount, decode(payload)) for at_ms, amount, payload in connection.execute(query)]
    return found[:limit], found[limit - 1].at_ms if len(found) > limit else None


def bounds_page(connection: Connection, after: str, limit: int) -> list[tuple[str, Bounds]]:
    """The next people for whom something was set, behind that one, in an order of their own."""
    columns = SPENDING_LIMITS.c
    query = select(columns.person, columns.bounds).where(columns.person > after).order_by(columns.person).limit(limit)
    return [(person, msgspec.json.decode(found, type=Bounds)) for person, found in connection.execute(query)]
