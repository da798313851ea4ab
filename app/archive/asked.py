"""Which Idempotency-Keys were used for acts that have no row of their own: refunds, decisions, withdrawals."""

from __future__ import annotations

from sqlalchemy import Connection, String, Table, select

from app.archive import bulk
from app.archive.schema import METADATA, key, text
from app.base.errors import Refusal
from app.rules.gifts import fingerprint

ASKED = Table("asked", METADATA, key("request", String()), text("mark"))


def before(connection: Connection, by: str, by_key: str | None, *what: str) -> bool:
    """Whether somebody has asked for just this by that key before; if not, it is noted. Without a key, never.

    Args:
        connection: of the transaction in which it is done: what is refused leaves the key unused.
        by: who asks, as rules/actors.py names them.
        by_key: their Idempotency-Key, where they gave one.
        what: what they ask for, all of it.

    Raises:
        Refusal: `id_reused`: by that key they asked for something else.
    """
    if by_key is None:
        return False
    request, mark = f"{by}:{by_key}", fingerprint(*what)
    if bulk.insert_new(connection, ASKED, {"request": request, "mark": mark}):
        return False
    if connection.scalar(select(ASKED.c.mark).where(ASKED.c.request == request)) != mark:
        raise Refusal("id_reused")
    return True
