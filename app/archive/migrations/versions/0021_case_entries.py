"""In which case a gift is."""

from __future__ import annotations

from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    """Makes the index."""
    op.create_index("case_entries_n", "case_entries", ["n"])
