"""Which lines of a wallet are no gifts: a statement of these kinds alone does not read through all gifts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    """Finds those that are there."""
    op.create_table(
        "other_lines",
        sa.Column("account", LONG, primary_key=True, autoincrement=False),
        sa.Column("n", LONG, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO other_lines (account, n) SELECT postings.account, postings.n FROM postings"
        " JOIN accounts ON accounts.id = postings.account"
        " JOIN entries ON entries.partition = accounts.partition AND entries.n = postings.n"
        " WHERE entries.kind <> 'gift'"
    )
