"""Who is kept out, and whose tokens were revoked."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "barred",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("version", LONG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    )
