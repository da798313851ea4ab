"""Who is frozen is archived of each partition."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Until now there was one partition."""
    op.execute("CREATE TABLE frozen_before AS SELECT person, n FROM frozen")
    op.drop_table("frozen")
    op.create_table(
        "frozen",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("n", LONG, nullable=False),
    )
    op.execute('INSERT INTO frozen (person, "partition", n) SELECT person, 0, n FROM frozen_before')
    op.drop_table("frozen_before")
