"""What a rebuild needs: rooms, entries that were posted and may be lost still, and the ledger's term."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables; `rooms` had never anything in it."""
    op.drop_table("rooms")
    op.create_table(
        "rooms",
        sa.Column("room", sa.String(), primary_key=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at_ms", LONG, nullable=False),
        sa.Column("payload", sa.String(), nullable=False),
    )
    op.create_index("rooms_status", "rooms", ["status", "at_ms"])
    op.create_table(
        "gift_offsets",
        sa.Column("room", sa.String(), primary_key=True),
        sa.Column("last", LONG, nullable=False),
    )
    op.add_column("outbox", sa.Column("n", LONG))
    op.add_column("cursors", sa.Column("term", LONG, nullable=False, server_default="0"))
