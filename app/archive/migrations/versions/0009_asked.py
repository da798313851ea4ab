"""Idempotency-Keys of refunds, withdrawals and decisions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "asked",
        sa.Column("request", sa.String(), primary_key=True),
        sa.Column("mark", sa.String(), nullable=False),
    )
