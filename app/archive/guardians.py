"""Who answers for whom, by the archive's word; the codes that are shown now, and the tries at them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection, Index, String, Table, delete, select, update

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.archive.spending import change_bounds
from app.rules.guardians import CODE_LIFE_MS, TRIES_MAX, WARDS_MAX, Link
from app.rules.spending import Bounds, Guard

WARDS = Table(
    "wards",
    METADATA,
    key("ward", String()),
    *(text("ward_name"), text("guardian"), text("guardian_name"), long("since_ms"), text("via")),
    Index("wards_guardian", "guardian", "ward"),
)
GUARDIAN_CODES = Table(
    "guardian_codes",
    METADATA,
    *(key("ward", String()), text("ward_name"), text("code"), long("until_ms"), text("tz")),
    Index("guardian_codes_code", "code", unique=True),
)
GUARDIAN_TRIES = Table("guardian_tries", METADATA, *(key("guardian", String()), long("tries"), long("until_ms")))

Outcome = Literal["linked", "code_expired", "has_guardian", "too_many_wards", "own_guardian", "rate_limited"]


class Tried(NamedTuple):
    """What came of a try to link; with `rate_limited`, when the next one is heard; else what bounds the ward now."""

    outcome: Outcome
    link: Link | None = None
    again_ms: int = 0
    bounds: Bounds | None = None


class Ended(NamedTuple):
    """A link that has ended and what bounds who was the ward."""

    link: Link
    bounds: Bounds


def link_of(connection: Connection, ward: str) -> Link | None:
    """Who answers for that person."""
    found = connection.execute(select(WARDS).where(WARDS.c.ward == ward)).mappings().one_or_none()
    return None if found is None else Link(**found)


def links_of(connection: Connection, guardian: str) -> list[Link]:
    """All that somebody answers for."""
    query = select(WARDS).where(WARDS.c.guardian == guardian).order_by(WARDS.c.since_ms, WARDS.c.ward)
    return [Link(**row) for row in connection.execute(query).mappings()]


def put_code(connection: Connection, ward: str, ward_name: str, code: str, until_ms: int, tz: str = "UTC") -> bool:
    """Keeps a code in the place of the one that the ward had; False for one who has a guardian already."""
    if link_of(connection, ward) is not None:
        return False
    bulk.put(connection, GUARDIAN_CODES, [(ward, ward_name, code, until_ms, tz)])
    return True


def tried_too_often(connection: Connection, guardian: str, now_ms: int) -> int:
    """When somebody's next try is heard who has had too many; else 0."""
    columns = GUARDIAN_TRIES.c
    query = select(columns.until_ms).where(
        columns.guardian == guardian, columns.tries >= TRIES_MAX, columns.until_ms > now_ms
    )
    return connection.scalar(query) or 0


def link_by_code(connection: Connection, guardian: str, guardian_name: str, code: str | None, now_ms: int) -> Tried:
    """Links a guardian with the ward whose code it is: the code is used up, and of two guardians one has the ward.

    `code` is None for what can be none: that is a try as well. Tries are counted also where they fail.
    """
    _forget(connection, now_ms)
    until_ms = _count_try(connection, guardian, now_ms)
    if until_ms:
        return Tried("rate_limited", again_ms=until_ms)
    shown = _take_code(connection, code, now_ms) if code is not None else None
    if shown is None:
        return Tried("code_expired")
    _count_off(connection, guardian)
    ward, ward_name, tz = shown
    return link(
        connection,
        Link(
            ward=ward,
            ward_name=ward_name,
            guardian=guardian,
            guardian_name=guardian_name,
            since_ms=now_ms,
            via="code",
        ),
        tz,
    )


def link(connection: Connection, new: Link, tz: str = "UTC") -> Tried:
    """Links the two, unless somebody answers for the ward already; their days are those of the zone from then on."""
    if new.ward == new.guardian:
        return Tried("own_guardian")
    if len(links_of(connection, new.guardian)) >= WARDS_MAX:
        return Tried("too_many_wards")
    row = {name: getattr(new, name) for name in new.__struct_fields__}
    if not bulk.insert_new(connection, WARDS, row):
        return Tried("has_guardian", link_of(connection, new.ward))
    connection.execute(delete(GUARDIAN_CODES).where(GUARDIAN_CODES.c.ward == new.ward))
    return Tried(
        "linked", new, bounds=change_bounds(connection, new.ward, lambda before: replace(before, guard=Guard(), tz=tz))
    )


def unlink(connection: Connection, ward: str, guardian: str | None) -> Ended | None:
    """Ends a link, with that guardian or, for None, with whoever it is; the one that ended, if there was one."""
    is_it = WARDS.c.ward == ward
    if guardian is not None:
        is_it &= WARDS.c.guardian == guardian
    found = connection.execute(delete(WARDS).where(is_it).returning(*WARDS.c)).mappings().one_or_none()
    if found is None:
        return None
    return Ended(Link(**found), change_bounds(connection, ward, lambda before: replace(before, guard=None)))


def guard(connection: Connection, guardian: str, ward: str, change: Callable[[Guard], Guard]) -> Bounds | None:
    """Changes what a guardian allows a ward; None where it is not theirs."""
    link = link_of(connection, ward)
    if link is None or link.guardian != guardian:
        return None
    return change_bounds(connection, ward, lambda before: replace(before, guard=change(before.guard or Guard())))


def has_wards(connection: Connection) -> bool:
    """Whether anybody has a guardian."""
    return connection.execute(select(WARDS.c.ward).limit(1)).first() is not None


def guardians_among(connection: Connection, persons: Collection[str]) -> dict[str, str]:
    """Who of these persons has which guardian."""
    found: dict[str, str] = {}
    for part in bulk.parts(persons):
        query = select(WARDS.c.ward, WARDS.c.guardian).where(WARDS.c.ward.in_(part))
        found.update((ward, guardian) for ward, guardian in connection.execute(query))
    return found


def _forget(connection: Connection, now_ms: int) -> None:
    for table in (GUARDIAN_CODES, GUARDIAN_TRIES):
        connection.execute(delete(table).where(table.c.until_ms <= now_ms))


def _count_try(connection: Connection, guardian: str, now_ms: int) -> int:
    """Counts one; when the next is heard where that is too many, else 0."""
    first = {"guardian": guardian, "tries": 0, "until_ms": now_ms + CODE_LIFE_MS}
    bulk.insert_new(connection, GUARDIAN_TRIES, first)
    # Of several at once each waits here for the one before.
    row = GUARDIAN_TRIES.c.guardian == guardian
    counted = update(GUARDIAN_TRIES).where(row).values(tries=GUARDIAN_TRIES.c.tries + 1)
    tries, until_ms = connection.execute(counted.returning(GUARDIAN_TRIES.c.tries, GUARDIAN_TRIES.c.until_ms)).one()
    return int(until_ms) if tries > TRIES_MAX else 0


def _count_off(connection: Connection, guardian: str) -> None:
    """Takes a try back that was none."""
    row = GUARDIAN_TRIES.c.guardian == guardian
    connection.execute(update(GUARDIAN_TRIES).where(row).values(tries=GUARDIAN_TRIES.c.tries - 1))


def _take_code(connection: Connection, code: str, now_ms: int) -> tuple[str, str, str] | None:
    columns = GUARDIAN_CODES.c
    taken = delete(GUARDIAN_CODES).where(columns.code == code, columns.until_ms > now_ms)
    found = connection.execute(taken.returning(columns.ward, columns.ward_name, columns.tz)).one_or_none()
    return None if found is None else (found.ward, found.ward_name, found.tz)
