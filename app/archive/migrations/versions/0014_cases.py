"""Cases of suspected fraud, and what their judge knows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _long(name: str) -> sa.Column[int]:
    return sa.Column(name, LONG, nullable=False)


def _text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), nullable=False)


def _named(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(), primary_key=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "fraud_cursors",
        sa.Column("partition", sa.Integer(), primary_key=True, autoincrement=False),
        *map(_long, ("n", "at_ms")),
    )
    op.create_table("fraud_people", _named("person"), _text("facts"), sqlite_with_rowid=False)
    op.create_table(
        "fraud_pairs",
        *map(_named, ("giver", "receiver")),
        *map(_long, ("coins", "first_ms", "last_ms", "last_day")),
        sqlite_with_rowid=False,
    )
    op.create_index("fraud_pairs_receiver", "fraud_pairs", ["receiver"])
    op.create_index("fraud_pairs_last_day", "fraud_pairs", ["last_day"])
    op.create_table(
        "cases",
        _named("id"),
        *map(_text, ("status", "outcome", "reasons")),
        _long("score"),
        _text("owner"),
        *map(_long, ("entries", "opened_ms", "changed_ms")),
        _text("by"),
        _long("decided_ms"),
        _text("why"),
    )
    op.create_index("cases_status", "cases", ["status", "opened_ms", "id"])
    op.create_index("cases_opened_ms", "cases", ["opened_ms", "id"])
    op.create_table(
        "case_people",
        *map(_named, ("case_id", "person")),
        _text("part"),
        *map(_long, ("coins", "milli", "taken_pending", "taken_available")),
        _text("answer"),
        _long("answered_ms"),
    )
    op.create_index("case_people_person", "case_people", ["person"])
    op.create_table(
        "case_entries",
        _named("case_id"),
        sa.Column("n", LONG, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
