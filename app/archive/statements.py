"""An account's statement, and its balance at any time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Connection, ScalarSelect, Select, and_, func, select

from app.archive import bulk
from app.archive.accounts import account_id
from app.archive.cursor import home_of_account, read_cursor
from app.archive.schema import ACCOUNTS, ENTRIES, OTHER_LINES, POSTINGS
from app.rules.entries import Entry, decode

# The kinds by which gifts leave a wallet, and by which they come back. The former are not among the other lines.
GIFTS, GIFTS_BACK = ("gift", "gift_paid"), ("gift_returned",)
SPENDING = (*GIFTS, *GIFTS_BACK, "promotion", "promotion_returned")


class Line(NamedTuple):
    """One line of a statement: an entry, what it moved in the account, and the balance after it."""

    n: int
    at_ms: int
    amount: int
    balance: int
    entry: Entry


def statement(
    connection: Connection,
    account: str,
    limit: int,
    before: int | None = None,
    kinds: Sequence[str] = (),
) -> list[Line]:
    """The account's last lines, the newest first: those before the entry n = `before`, of these kinds or of all."""
    partition = home_of_account(connection, account)
    own = account_id(connection, account, partition)
    lines = OTHER_LINES if kinds and not set(GIFTS) & set(kinds) else POSTINGS
    newest = select(lines.c.n).where(lines.c.account == own).order_by(lines.c.n.desc()).limit(limit)
    if before is not None:
        newest = newest.where(lines.c.n < before)
    if kinds:
        newest = newest.join(ENTRIES, ENTRIES.c.n == lines.c.n)
        newest = newest.where(ENTRIES.c.partition == partition, ENTRIES.c.kind.in_(kinds))
    # Cut off before the rest is looked up: a database without statistics of the tables would read them whole.
    page = newest.subquery()
    query = select(page.c.n, ENTRIES.c.at_ms, POSTINGS.c.amount, POSTINGS.c.balance, ENTRIES.c.payload)
    query = query.join(POSTINGS, and_(POSTINGS.c.account == own, POSTINGS.c.n == page.c.n))
    query = query.join(ENTRIES, ENTRIES.c.n == page.c.n).where(ENTRIES.c.partition == partition)
    rows = connection.execute(query.order_by(page.c.n.desc()))
    return [Line(n, at_ms, amount, balance, decode(payload)) for n, at_ms, amount, balance, payload in rows]


def of_entry(column: Column[Any], partition: int) -> ScalarSelect[Any]:
    """What the entry of a posting says. Where the two are joined, SQLite may go through the entries of everybody."""
    one = select(column).where(ENTRIES.c.partition == partition, ENTRIES.c.n == POSTINGS.c.n)
    return one.correlate(POSTINGS).scalar_subquery()


def spent_since(connection: Connection, account: str, since_ms: int) -> int:
    """How many coins went out of the account by gifts and promotions from that time on, less what came back of them."""
    partition = home_of_account(connection, account)
    before = n_at(connection, since_ms - 1, partition)
    query = select(func.sum(POSTINGS.c.amount)).where(of_entry(ENTRIES.c.kind, partition).in_(SPENDING))
    query = query.where(POSTINGS.c.account == account_id(connection, account, partition), POSTINGS.c.n > before)
    return max(0, -int(connection.scalar(query) or 0))


def balances_at(connection: Connection, names: Sequence[str], n: int, partition: int = 0) -> dict[str, int]:
    """The balances of these accounts right after the entry n; those that it never had are left out."""
    found: dict[str, int] = {}
    for part in bulk.parts(names):
        query = _balances(n).where(ACCOUNTS.c.partition == partition, ACCOUNTS.c.name.in_(part))
        found.update((name, balance) for _, name, balance in connection.execute(query) if balance is not None)
    return found


def accounts_at(
    connection: Connection, n: int, after_id: int = 0, limit: int = 10_000, partition: int = 0
) -> tuple[int, dict[str, int]]:
    """The balances right after the entry n of the next accounts behind `after_id`, and the id of the last of them; an
    empty one where there are no more.
    """
    query = _balances(n).where(ACCOUNTS.c.partition == partition, ACCOUNTS.c.id > after_id)
    rows = connection.execute(query.order_by(ACCOUNTS.c.id).limit(limit)).all()
    balances = {name: balance for _, name, balance in rows if balance is not None}
    return (rows[-1].id if rows else after_id), balances


def n_at(connection: Connection, at_ms: int, partition: int = 0) -> int:
    """The last entry that was written at that time or before; 0 where there is none."""
    low, high = 0, read_cursor(connection, partition).n
    # Times never fall as n grows.
    while low < high:
        middle = (low + high + 1) // 2
        if written_ms(connection, middle, partition) <= at_ms:
            low = middle
        else:
            high = middle - 1
    return low


def written_ms(connection: Connection, n: int, partition: int = 0) -> int:
    """When the entry n was written; 0 where there is none."""
    query = select(ENTRIES.c.at_ms).where(ENTRIES.c.partition == partition, ENTRIES.c.n == n)
    return connection.scalar(query) or 0


def _balances(n: int) -> Select[int, str, int | None]:
    latest = select(POSTINGS.c.balance).where(POSTINGS.c.account == ACCOUNTS.c.id, POSTINGS.c.n <= n)
    latest = latest.order_by(POSTINGS.c.n.desc()).limit(1)
    return select(ACCOUNTS.c.id, ACCOUNTS.c.name, latest.scalar_subquery().label("balance"))
