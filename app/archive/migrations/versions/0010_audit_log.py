"""The audit log, which only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TEXTS = ("who", "what", "whom", "reason", "details", "chain")
WHY = "the audit log is not corrected"
REFUSE = f"""
CREATE FUNCTION fanfare_refuse_audit() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION '{WHY}'; END $$
"""


def upgrade() -> None:
    """Makes the table."""
    op.create_table(
        "audit_log",
        sa.Column("n", LONG, primary_key=True, autoincrement=False),
        sa.Column("at_ms", LONG, nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
    )
    op.create_index("audit_log_at_ms", "audit_log", ["at_ms"])
    for name in ("who", "what", "whom"):
        op.create_index(f"audit_log_{name}", "audit_log", [name, "n"])
    if op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE)
        each = "FOR EACH STATEMENT EXECUTE FUNCTION fanfare_refuse_audit()"
        op.execute(f"CREATE TRIGGER audit_log_stay BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_log {each}")
        return
    for verb in ("UPDATE", "DELETE"):
        body = f"BEGIN SELECT RAISE(ABORT, '{WHY}'); END"
        op.execute(f"CREATE TRIGGER audit_log_stay_{verb.lower()} BEFORE {verb} ON audit_log {body}")
