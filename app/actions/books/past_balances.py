"""Balances as they were at a moment of the past: one look for each account, however long ago that was."""

from __future__ import annotations

from msgspec import Struct

from app.archive.archive import Connection
from app.archive.cursor import count_partitions, home_of_account, read_cursor
from app.archive.statements import balances_at, n_at, written_ms
from app.rules.moments import Moment
from app.rules.moves import STATES
from app.rules.postings import coins_of, debt_of, diamonds_of, given_of, is_stored


class Past(Struct, kw_only=True):
    """What some accounts had right after their partition's entry n, which was written at `at_ms`.

    Unknown ones are left out.
    """

    n: int
    at_ms: int
    archived_n: int
    balances: dict[str, int]
    partition: int = 0


def accounts_named(text: str) -> list[str]:
    """The account of that name; or all that a person of that name can have."""
    if ":" in text:
        return [text]
    return [coins_of(text), debt_of(text), given_of(text), *(diamonds_of(text, state) for state in STATES)]


def past_balances(connection: Connection, names: list[str], at: Moment | None) -> list[Past]:
    """The balances of one owner's accounts at a moment: of a time, at its end; None is the end of the archive.

    A person's are in one partition, the platform's in each.
    """
    if is_stored(names[0]):
        return [_past(connection, names, at, home_of_account(connection, names[0]))]
    return [_past(connection, names, at, k) for k in range(count_partitions(connection))]


def _past(connection: Connection, names: list[str], at: Moment | None, k: int) -> Past:
    archived_n = read_cursor(connection, k).n
    n = archived_n
    if at is not None:
        n = min(at.n, archived_n) if at.n is not None else n_at(connection, at.last_ms, k)
    return Past(
        n=n,
        at_ms=written_ms(connection, n, k),
        archived_n=archived_n,
        balances=balances_at(connection, names, n, k),
        partition=k,
    )
