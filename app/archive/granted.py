"""How many coins each operator has given alone, by the day in UTC, counted from 1970."""

from __future__ import annotations

from sqlalchemy import Connection, Integer, String, Table, select

from app.archive import bulk
from app.archive.schema import METADATA, key, long

GRANTED = Table("granted", METADATA, key("who", String()), key("day", Integer()), long("coins"))


def add(connection: Connection, who: str, day: int, coins: int) -> int:
    """Counts coins that somebody gives; how many they have given on that day, those included."""
    bulk.add(connection, GRANTED, [(who, day, coins)])
    query = select(GRANTED.c.coins).where(GRANTED.c.who == who, GRANTED.c.day == day)
    return int(connection.execute(query).scalar_one())
