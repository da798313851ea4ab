"""Which addresses people buy from, and purchases that were unusual."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "purchase_addresses",
        sa.Column("person", sa.String(), primary_key=True),
        sa.Column("mark", sa.String(), primary_key=True),
        sa.Column("used_ms", LONG, nullable=False),
    )
    op.create_index("purchase_addresses_used_ms", "purchase_addresses", ["used_ms"])
    op.create_table(
        "purchases_from",
        sa.Column("purchase", sa.String(), primary_key=True),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("large", LONG, nullable=False),
        sa.Column("at_ms", LONG, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
    )
    op.create_index("purchases_from_person", "purchases_from", ["person", "at_ms"])
    op.create_index("purchases_from_state", "purchases_from", ["state"])
    op.create_index("purchases_from_at_ms", "purchases_from", ["at_ms"])
