"""What was done to keep rooms in order."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "moderation",
        sa.Column("n", LONG, primary_key=True, autoincrement=False),
        sa.Column("room", sa.String(), nullable=False),
        sa.Column("at_ms", LONG, nullable=False),
        sa.Column("text", sa.String(), nullable=False),
    )
    op.create_index("moderation_room", "moderation", ["room", "n"])
    op.create_index("moderation_at_ms", "moderation", ["at_ms"])
