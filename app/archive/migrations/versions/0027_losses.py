"""What partitions have lost for good is kept where an emptied store does not forget it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """A table of its own."""
    op.create_table(
        "losses",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("at_ms", LONG, primary_key=True, autoincrement=False),
        sa.Column("loss", sa.String(), nullable=False),
    )
