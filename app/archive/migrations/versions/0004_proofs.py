"""What was proved of the books, and what differs between them and the store."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Makes the tables."""
    long = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    op.create_table(
        "proofs",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("n", long, primary_key=True, autoincrement=False),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("at_ms", long, nullable=False),
        sa.Column("figures", sa.String(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "drifts",
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("amount", long, nullable=False),
        sa.Column("since_ms", long, nullable=False),
    )
