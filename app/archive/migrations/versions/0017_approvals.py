"""What guardians are asked; and where a ward is whose code they type."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the table and the column."""
    op.add_column("guardian_codes", sa.Column("tz", sa.String(), nullable=False, server_default="UTC"))
    op.create_table(
        "approvals",
        sa.Column("id", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("ward", "guardian", "kind")),
        sa.Column("coins", LONG, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("about", "mark")),
        *(sa.Column(name, LONG, nullable=False) for name in ("asked_ms", "expires_ms")),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decided_ms", LONG, nullable=False),
    )
    op.create_index("approvals_guardian", "approvals", ["guardian", "asked_ms"])
    op.create_index("approvals_ward", "approvals", ["ward", "state"])
    op.create_index("approvals_state", "approvals", ["state", "expires_ms"])
