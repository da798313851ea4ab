"""What waits in the outbox, and what of it is archived, is found by an index: both are asked for all the time."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    """Makes the index."""
    op.create_index("outbox_n", "outbox", ["n", "id"])
