"""Corrections of wallets, which take two people."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _long(name: str) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "adjustments",
        sa.Column("id", sa.String(), primary_key=True),
        *map(_text, ("request", "mark", "status", "user")),
        _long("coins"),
        *map(_text, ("reason", "by")),
        _long("created_ms"),
        _text("second"),
        _long("decided_ms"),
        _text("why"),
    )
    op.create_index("adjustments_request", "adjustments", ["request"], unique=True)
    op.create_index("adjustments_created_ms", "adjustments", ["created_ms", "id"])
