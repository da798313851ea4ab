"""Boards are kept of rooms alone; a streamer's are what gifters have earned them, also summed up over all days."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    """Takes the boards of rooms over."""
    op.create_table(
        "room_boards",
        sa.Column("room", sa.String(), primary_key=True),
        sa.Column("day", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("gifter", LONG, primary_key=True, autoincrement=False),
        sa.Column("gifts", LONG, nullable=False),
        sa.Column("coins", LONG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO room_boards (room, day, gifter, gifts, coins)"
        " SELECT substr(board, 6), day, gifter, gifts, coins FROM boards WHERE substr(board, 1, 5) = 'room:'"
    )
    op.drop_table("boards")
    op.rename_table("room_boards", "boards")
    op.execute(
        "INSERT INTO earned_gifters (streamer, day, gifter, gifts, coins, milli)"
        " SELECT streamer, -1, gifter,"
        " CAST(SUM(gifts) AS BIGINT), CAST(SUM(coins) AS BIGINT), CAST(SUM(milli) AS BIGINT)"
        " FROM earned_gifters WHERE day >= 0 GROUP BY streamer, gifter"
    )
