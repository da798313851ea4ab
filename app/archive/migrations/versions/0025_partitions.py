"""Each partition has its own numbers and keys of entries."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Until now there was one partition."""
    op.drop_index("entries_key", "entries")
    op.create_index("entries_key", "entries", ["key", "partition"], unique=True)
    op.add_column("outbox", sa.Column("partition", sa.Integer(), nullable=False, server_default="0"))
    _drifts()
    _case_entries()


def _partition() -> sa.Column[int]:
    return sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False)


def _drifts() -> None:
    # What differs is found again.
    op.drop_table("drifts")
    op.create_table(
        "drifts",
        _partition(),
        sa.Column("what", sa.String(), primary_key=True),
        sa.Column("told", sa.String(), nullable=False),
        sa.Column("amount", LONG, nullable=False),
        sa.Column("since_ms", LONG, nullable=False),
    )


def _case_entries() -> None:
    op.drop_index("case_entries_n", "case_entries")
    op.execute("CREATE TABLE case_entries_before AS SELECT case_id, n FROM case_entries")
    op.drop_table("case_entries")
    op.create_table(
        "case_entries",
        sa.Column("case_id", sa.String(), primary_key=True),
        _partition(),
        sa.Column("n", LONG, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.execute('INSERT INTO case_entries (case_id, "partition", n) SELECT case_id, 0, n FROM case_entries_before')
    op.drop_table("case_entries_before")
    op.create_index("case_entries_n", "case_entries", ["n", "partition"])
