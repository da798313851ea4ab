"""Who answers for whom; codes to link by, and the tries at them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "wards",
        sa.Column("ward", sa.String(), primary_key=True),
        sa.Column("ward_name", sa.String(), nullable=False),
        sa.Column("guardian", sa.String(), nullable=False),
        sa.Column("guardian_name", sa.String(), nullable=False),
        sa.Column("since_ms", LONG, nullable=False),
        sa.Column("via", sa.String(), nullable=False),
    )
    op.create_index("wards_guardian", "wards", ["guardian", "ward"])
    op.create_table(
        "guardian_codes",
        sa.Column("ward", sa.String(), primary_key=True),
        sa.Column("ward_name", sa.String(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("until_ms", LONG, nullable=False),
    )
    op.create_index("guardian_codes_code", "guardian_codes", ["code"], unique=True)
    op.create_table(
        "guardian_tries",
        sa.Column("guardian", sa.String(), primary_key=True),
        sa.Column("tries", LONG, nullable=False),
        sa.Column("until_ms", LONG, nullable=False),
    )
