"""Leaderboards of the past, as the archiver has summed them up, without those who have left them."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, String, Table, delete, func, select

from app.archive import bulk
from app.archive.accounts import account_id
from app.archive.schema import ACCOUNTS, BOARDS, EARNED_GIFTERS, METADATA, key
from app.rules.boards import By
from app.rules.postings import coins_of, diamonds_of, owner_of

# By the name of their wallet's account, as that is what the boards know.
LEFT_BOARDS = Table("left_boards", METADATA, key("account", String()))


class Place(NamedTuple):
    """Somebody's place on a board: how many gifts they gave, and what these cost."""

    user: str
    gifts: int
    coins: int


def of_room(connection: Connection, room: str, days: tuple[int, int], by: By, limit: int) -> list[Place]:
    """Those who gave most in a room on these days, the first and the last of them included."""
    return _places(connection, BOARDS, BOARDS.c.room == room, days, by, limit)


def of_streamer(connection: Connection, streamer: str, days: tuple[int, int], by: By, limit: int) -> list[Place]:
    """Those who gave most to a streamer on these days, in whatever room."""
    account = account_id(connection, diamonds_of(streamer, "pending"))
    return _places(connection, EARNED_GIFTERS, EARNED_GIFTERS.c.streamer == account, days, by, limit)


def _places(
    connection: Connection, table: Table, whose: ColumnElement[bool], days: tuple[int, int], by: By, limit: int
) -> list[Place]:
    gifts, coins = func.sum(table.c.gifts), func.sum(table.c.coins)
    left = select(LEFT_BOARDS.c.account)
    # Anonymous gifts are of no account.
    query = select(ACCOUNTS.c.name, gifts, coins).join(ACCOUNTS, ACCOUNTS.c.id == table.c.gifter)
    query = query.where(whose, table.c.day.between(*days), ACCOUNTS.c.name.not_in(left))
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
