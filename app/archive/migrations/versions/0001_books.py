"""The books: entries and postings, accounts, and what is summed up from them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
REFUSE = """
CREATE FUNCTION fanfare_refuse() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the books are not corrected: post a new entry'; END $$
"""


def _key(name: str, kind: Any = LONG) -> sa.Column[Any]:
    return sa.Column(name, kind, primary_key=True, autoincrement=False)


def _long(name: str) -> sa.Column[Any]:
    return sa.Column(name, LONG, nullable=False)


def _text(name: str) -> sa.Column[Any]:
    return sa.Column(name, sa.String(), nullable=False)


def _table(name: str, *columns: sa.Column[Any], clustered: bool = True) -> None:
    key = sa.PrimaryKeyConstraint(*(column.name for column in columns if column.primary_key), name=f"{name}_pkey")
    op.create_table(name, *columns, key, sqlite_with_rowid=not clustered)


def upgrade() -> None:
    """Makes the tables."""
    _table(
        "cursors",
        _key("partition", sa.Integer()),
        *(_text("epoch"), _long("n"), _text("head"), _text("stream_id"), _long("at_ms")),
        clustered=False,
    )
    _table(
        "entries",
        *(_key("partition", sa.Integer()), _key("n"), _long("at_ms"), _text("kind")),
        sa.Column("key", sa.LargeBinary(16), nullable=False),
        sa.Column("head", sa.String()),
        _text("payload"),
    )
    op.create_index("entries_key", "entries", ["key"], unique=True)
    _table(
        "accounts",
        *(_key("id"), sa.Column("partition", sa.Integer(), nullable=False), _text("name"), _text("unit")),
        clustered=False,
    )
    op.create_index("accounts_name", "accounts", ["partition", "name"], unique=True)
    _table("postings", _key("account"), _key("n"), _long("amount"), _long("balance"))
    for table in ("entries", "postings"):
        _refuse_changes(table)
    _summed_up()


def _summed_up() -> None:
    sums = ("gifts", "coins", "milli")
    day = ("day", sa.Integer())
    _table("earned_days", _key("streamer"), _key(*day), *map(_long, sums))
    _table("earned_gifters", _key("streamer"), _key(*day), _key("gifter"), *map(_long, sums))
    _table("earned_gifts", _key("streamer"), _key(*day), _key("gift", sa.String()), *map(_long, sums))
    _table("maturing", _key("streamer"), _key("due_ms"), _long("milli"))
    op.create_index("maturing_due_ms", "maturing", ["due_ms"])
    _table("settled", _key("streamer"), _long("until_ms"), clustered=False)
    _table("lots", _key("account"), _key("n"), _long("coins"), _long("removed"))
    _table("frozen", _key("person", sa.String()), _long("n"), clustered=False)
    _table("rooms", _key("room", sa.String()), _long("n"), _text("payload"), clustered=False)


def _refuse_changes(table: str) -> None:
    if op.get_bind().dialect.name == "postgresql":
        if table == "entries":
            op.execute(REFUSE)
        each = "FOR EACH STATEMENT EXECUTE FUNCTION fanfare_refuse()"
        op.execute(f"CREATE TRIGGER {table}_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} {each}")
        return
    for verb in ("UPDATE", "DELETE"):
        body = "BEGIN SELECT RAISE(ABORT, 'the books are not corrected: post a new entry'); END"
        op.execute(f"CREATE TRIGGER {table}_stay_{verb.lower()} BEFORE {verb} ON {table} {body}")
