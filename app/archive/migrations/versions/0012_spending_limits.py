"""What was set to bound people's spending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "spending_limits",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("version", LONG, nullable=False),
        sa.Column("bounds", sa.String(), nullable=False),
    )
