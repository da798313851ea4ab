"""Tax profiles, payouts, and the files for the bank that they are in."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _long(name: str) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _named(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), primary_key=True)


def upgrade() -> None:
    """Makes the tables."""
    op.create_table(
        "tax_profiles",
        _named("user"),
        *map(_text, ("country", "form", "name", "tin")),
        *map(_long, ("treaty", "signed_ms", "expires_ms")),
    )
    op.create_table(
        "payouts",
        _named("id"),
        *map(_text, ("request", "mark", "user", "status", "quote")),
        *map(_long, ("milli", "gross", "fee", "withholding", "net", "remainder_micros")),
        *map(_text, ("currency", "country", "name", "form", "card", "tax_table", "rail")),
        *map(_text, ("destination", "masked", "steps")),
        *map(_long, ("second", "created_ms")),
        _text("by"),
        _long("submitted_ms"),
        *map(_text, ("reference", "batch")),
        *map(_long, ("due_ms", "tries", "held_n", "paid_n", "paid_ms", "back_n", "back_ms")),
        _text("history"),
    )
    op.create_index("payouts_request", "payouts", ["request"], unique=True)
    op.create_index("payouts_quote", "payouts", ["quote"], unique=True)
    op.create_index("payouts_user", "payouts", ["user", "created_ms", "id"])
    op.create_index("payouts_status", "payouts", ["status", "created_ms", "id"])
    op.create_index("payouts_due_ms", "payouts", ["due_ms"])
    op.create_index("payouts_batch", "payouts", ["batch"])
    op.create_table("bank_batches", _named("id"), _long("created_ms"), _text("execute_on"))
