"""What operators switch off, and on again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table, with everything on."""
    switches = op.create_table(
        "switches",
        sa.Column("name", sa.String(), primary_key=True),
        sa.Column("is_on", LONG, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_ms", LONG, nullable=False),
    )
    on = {"is_on": 1, "reason": "", "changed_by": "", "changed_ms": 0}
    op.bulk_insert(switches, [{"name": name, **on} for name in ("purchases", "gifts", "payouts")])
