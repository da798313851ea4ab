"""Promotions of rooms, and what was counted of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _long(name: str) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "promotions",
        sa.Column("id", sa.String(), primary_key=True),
        *map(_text, ("request", "mark", "user", "room", "package", "book")),
        *map(_long, ("coins", "impressions", "hours")),
        _text("status"),
        *map(_long, ("created_ms", "started_ms", "ends_ms", "ended_ms")),
        _text("why"),
        *map(_long, ("delivered", "returned", "n")),
        _text("browser"),
    )
    op.create_index("promotions_request", "promotions", ["request"], unique=True)
    op.create_index("promotions_user", "promotions", ["user", "created_ms", "id"])
    op.create_index("promotions_status", "promotions", ["status", "id"])
    op.create_table(
        "promotion_parts",
        sa.Column("promotion", sa.String(), primary_key=True),
        sa.Column("part", sa.Integer(), primary_key=True, autoincrement=False),
        _long("impressions"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "promotion_visits",
        sa.Column("promotion", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        _long("at_ms"),
        *map(_text, ("gifter", "room")),
        *map(_long, ("gifts", "coins", "look_ms")),
        sqlite_with_rowid=False,
    )
    op.create_index("promotion_visits_look_ms", "promotion_visits", ["look_ms"])
