"""What is asked of all partitions of a ledger at once: its rooms, and what is shown of people wherever they are.

A partition that cannot be used now is left out, for as long as there are others: lists go on without it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Sequence
from contextlib import suppress
from itertools import groupby
from typing import TypeVar

import msgspec

from app.base.errors import Refusal, StoreError
from app.rules.boards import By
from app.rules.rooms import Room
from app.store.answers import ANSWER_S, those_that_answer
from app.store.boards import place_json
from app.store.partitions import Partitions

T = TypeVar("T")


async def shown(partitions: Partitions, rooms: Sequence[str]) -> dict[str, tuple[Room, int]]:
    """Rooms as `Rooms.shown` tells them, in this order. Raises StoreError."""
    if len(partitions.rooms) == 1:
        return await partitions.rooms[0].shown(rooms)
    places = await _answers(_place(partitions, room) for room in rooms)
    by_place: dict[int, list[str]] = {}
    for room, k in zip(rooms, places, strict=True):
        if k is not None:
            by_place.setdefault(k, []).append(room)
    parts = await _answers(partitions.rooms[k].shown(some) for k, some in by_place.items())
    found = {room: one for part in parts if part is not None for room, one in part.items()}
    return {room: found[room] for room in rooms if room in found}


async def is_gone(partitions: Partitions, room: str) -> bool:
    """Whether it is certain that there is no such room; False also where that cannot be told now."""

    async def ask() -> bool:
        standing = partitions.of(room).standing
        try:
            rooms = await partitions.at(room)
            standing = rooms.standing
            await rooms.get(room)
        except Refusal as refusal:
            # A partition that has lost its tail may get its rooms back.
            return refusal.slug == "room_not_found" and not (await standing.see()).lost_term
        return False

    try:
        return await asyncio.wait_for(ask(), ANSWER_S)
    except (Refusal, StoreError, TimeoutError):
        return False


async def live(partitions: Partitions, after: tuple[int, str] | None, limit: int) -> list[tuple[int, str]]:
    """Live rooms, the newest first, as `Rooms.live` tells them. Raises StoreError."""
    parts = await _answers(rooms.live(after, limit) for rooms in partitions.rooms)
    return sorted((pair for part in parts for pair in part or ()), reverse=True)[:limit]


async def names(partitions: Partitions, users: Sequence[str]) -> dict[str, str]:
    """What those of the users are called who have given something openly. Raises StoreError."""
    return {user: msgspec.json.decode(person)["name"] for user, person in (await _people(partitions, users)).items()}


async def places_json(partitions: Partitions, places: Sequence[tuple[str, int, int]], by: By) -> bytes:
    """The JSON of places on a board: user, gifts and coins of each. Raises StoreError."""
    users = [user for user, _, _ in places]
    known, given = await asyncio.gather(_people(partitions, users), _given(partitions, users))
    lines = [
        place_json(user.encode(), known.get(user), given.get(user), coins, gifts if by == "gifts" else None)
        for user, gifts, coins in places
    ]
    return b"[" + b",".join(lines) + b"]"


async def _place(partitions: Partitions, room: str) -> int | None:
    with suppress(Refusal):
        return (await partitions.at(room)).standing.partition
    return None


async def _people(partitions: Partitions, users: Sequence[str]) -> dict[str, bytes]:
    """What is known of their names: it stands where they gave something, and best where they are themselves."""
    if not users:
        return {}
    asked = await _answers(ledger.store.call("HMGET", ledger.keys.names, *users) for ledger in partitions.ledgers)
    found: dict[str, bytes] = {}
    for i, user in enumerate(users):
        known = [None if part is None else part[i] for part in asked]
        if (person := known[partitions.number_of(user)] or next(filter(None, known), None)) is not None:
            found[user] = person
    return found


async def _given(partitions: Partitions, users: Sequence[str]) -> dict[str, bytes]:
    """What they have given in all, where they are."""

    async def ask(k: int, some: list[str]) -> dict[str, bytes]:
        ledger = partitions.ledgers[k]
        told = await ledger.store.call("HMGET", ledger.keys.given, *some)
        return {user: coins for user, coins in zip(some, told, strict=True) if coins is not None}

    of = partitions.number_of
    parts = await _answers(ask(k, list(some)) for k, some in groupby(sorted(set(users), key=of), of))
    return {user: coins for part in parts if part is not None for user, coins in part.items()}


async def _answers(asked: Iterable[Awaitable[T]]) -> list[T | None]:
    """What is answered in time, None for the others. Raises StoreError where nothing is, or only one was asked."""
    waits = list(asked)
    found = await those_that_answer(waits)
    return [found.get(k) for k in range(len(waits))]
