"""Which coins of a wallet came from where, first in first out: what is left of it lies in its newest lots."""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.archive.accounts import account_id
from app.archive.schema import LOTS, POSTINGS
from app.rules.postings import coins_of


def unused(connection: Connection, user: str, ns: tuple[int, ...]) -> int:
    """How many coins are left of those that came with the entries of these numbers."""
    account = account_id(connection, coins_of(user))
    if account is None:
        return 0
    latest = select(POSTINGS.c.balance).where(POSTINGS.c.account == account).order_by(POSTINGS.c.n.desc()).limit(1)
    left, found = connection.scalar(latest) or 0, 0
    lots = select(LOTS.c.n, LOTS.c.coins - LOTS.c.removed).where(LOTS.c.account == account)
    for n, coins in connection.execute(lots.order_by(LOTS.c.n.desc())):
        part = min(coins, left)
        left -= part
        found += part if n in ns else 0
        if not left or n < min(ns):
            break
    return found
