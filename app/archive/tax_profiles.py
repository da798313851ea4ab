"""Streamers' tax profiles. A taxpayer's number is kept for the platform's own reports, and never sent out."""

from __future__ import annotations

import msgspec
from sqlalchemy import Connection, String, Table, select

from app.archive import bulk
from app.archive.schema import METADATA, key, long, text
from app.rules.tax_profiles import TaxProfile

_NAMES = TaxProfile.__struct_fields__

TAX_PROFILES = Table(
    "tax_profiles",
    METADATA,
    key("user", String()),
    *(text("country"), text("form"), text("name"), text("tin"), long("treaty"), long("signed_ms"), long("expires_ms")),
)


def put(connection: Connection, profile: TaxProfile) -> None:
    """The profile of its user, in place of the one before."""
    values = {**msgspec.structs.asdict(profile), "treaty": int(profile.treaty)}
    change = TAX_PROFILES.update().where(TAX_PROFILES.c.user == profile.user).values(values)
    if not connection.execute(change).rowcount and not bulk.insert_new(connection, TAX_PROFILES, values):
        # Another one has just put the first.
        connection.execute(change)


def find(connection: Connection, user: str, *, lock: bool = False) -> TaxProfile | None:
    """A user's profile; with `lock`, another transaction that locks it waits for this one."""
    query = select(*(TAX_PROFILES.c[name] for name in _NAMES)).where(TAX_PROFILES.c.user == user)
    row = connection.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        return None
    values = dict(zip(_NAMES, row, strict=True))
    return TaxProfile(**{**values, "treaty": bool(values["treaty"])})
