"""Purchases, money that goes back, entries that wait for the store, and the demo's events."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

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
        "purchases",
        _named("id"),
        *map(_text, ("request", "mark", "return_url", "user", "status")),
        *map(_long, ("coins", "bonus", "minor", "tax_minor")),
        *map(_text, ("currency", "country", "channel", "price_book", "provider")),
        *map(_long, ("created_ms", "expires_ms")),
        *map(_text, ("session", "payment", "checkout_url")),
        *map(_long, ("back_minor", "back_coins")),
        _text("disputed"),
        *map(_long, ("dispute_minor", "dispute_coins")),
        _text("closed_disputes"),
        *map(_long, ("n", "credited_ms")),
        _text("package"),
    )
    op.create_index("purchases_request", "purchases", ["request"], unique=True)
    op.create_index("purchases_payment", "purchases", ["payment"])
    op.create_index("purchases_user", "purchases", ["user", "created_ms", "id"])
    op.create_index("purchases_status", "purchases", ["status", "expires_ms"])
    op.create_table(
        "give_backs",
        _named("id"),
        *(_text("purchase"), _long("minor"), _text("state"), _long("due_ms"), _long("tries")),
    )
    op.create_index("give_backs_state", "give_backs", ["state", "due_ms"])
    op.create_table(
        "outbox",
        sa.Column("id", LONG, primary_key=True),
        *(_text("key"), _text("entry"), _long("since_ms")),
        sa.UniqueConstraint("key", name="outbox_key_key"),
    )
    op.create_table(
        "demo_events",
        sa.Column("id", LONG, primary_key=True),
        *(_text("body"), _long("due_ms"), _long("tries")),
    )
    op.create_index("demo_events_due_ms", "demo_events", ["due_ms"])
