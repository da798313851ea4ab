"""Leaderboards of the past, as the archiver has summed them up, without those who have left them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, String, Table, delete, func, select

from app.archive import bulk
from app.archive.schema import ACCOUNTS, BOARDS, METADATA, key
from app.rules.boards import By
from app.rules.postings import coins_of, owner_of

# By the name of their wallet's account, as that is what the boards know.
LEFT_BOARDS = Table("left_boards", METADATA, key("account", String()))


class Place(NamedTuple):
    """Somebody's place on a board: how many gifts they gave, and what these cost."""

    user: str
    gifts: int
    coins: int


def places(connection: Connection, board: str, days: tuple[int, int], by: By, limit: int) -> list[Place]:
    """Those who gave most on these days, the first and the last of them included."""
    gifts, coins = func.sum(BOARDS.c.gifts), func.sum(BOARDS.c.coins)
    left = select(LEFT_BOARDS.c.account)
    query = select(ACCOUNTS.c.name, gifts, coins).join(ACCOUNTS, ACCOUNTS.c.id == BOARDS.c.gifter)
    query = query.where(BOARDS.c.board == board, BOARDS.c.day.between(*days), ACCOUNTS.c.name.not_in(left))
    order = (coins.desc(), gifts.desc()) if by == "coins" else (gifts.desc(), coins.desc())
    query = query.group_by(ACCOUNTS.c.name).order_by(*order, ACCOUNTS.c.name).limit(limit)
    return [Place(owner_of(name), int(count), int(cost)) for name, count, cost in connection.execute(query)]


def show_on_boards(connection: Connection, user: str, shown: bool) -> None:
    """Takes somebody off all boards, or puts them back."""
    connection.execute(delete(LEFT_BOARDS).where(LEFT_BOARDS.c.account == coins_of(user)))
    if not shown:
        bulk.insert_new(connection, LEFT_BOARDS, {"account": coins_of(user)})


def is_on_boards(connection: Connection, user: str) -> bool:
    """Whether somebody is on the boards."""
    query = select(LEFT_BOARDS.c.account).where(LEFT_BOARDS.c.account == coins_of(user))
    return connection.execute(query).first() is None


def left_page(connection: Connection, after: str, limit: int) -> list[str]:
    """The next of those who have left the boards, behind that one, in an order of their own."""
    column = LEFT_BOARDS.c.account
    query = select(column).order_by(column).limit(limit)
    if after:
        query = query.where(column > coins_of(after))
    return [owner_of(account) for account in connection.scalars(query)]
