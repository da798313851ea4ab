"""What leaderboards of the past are made of, and who has left them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "boards",
        sa.Column("board", sa.String(), primary_key=True),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("gifter", LONG, primary_key=True, autoincrement=False),
        sa.Column("gifts", LONG, nullable=False),
        sa.Column("coins", LONG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table("left_boards", sa.Column("account", sa.String(), primary_key=True))
