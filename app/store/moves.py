"""Posts entries that are no gifts: purchases, grants, settlements, payouts and their like, by one script."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import NamedTuple

import msgspec

from app.base.errors import Refusal, StoreError, refusal_of
from app.rules import spending
from app.rules.gifts import fingerprint
from app.rules.moves import Move
from app.rules.partitions import partition
from app.store.keys import Keys
from app.store.ledger import Ledger

BATCH_MAX = 500
LOOKS_MAX = 3
LIMIT = "Rlimit "
CLAIMED_MS = 24 * 60 * 60 * 1000

_pack = msgspec.msgpack.Encoder().encode


@dataclass(frozen=True, slots=True)
class Posted:
    """A move that was applied: its journal number, and what the script filled in (see `Move`).

    `duplicate`: it had been applied before, with the same key and content.
    """

    n: int
    owed: int
    noted: tuple[int, ...]
    duplicate: bool = False


class Found(NamedTuple):
    """What the archive says to keys: up to which n it was asked, and the entries it has, by key, with their n."""

    checked_n: int
    entries: Mapping[str, tuple[int, Move]]


LookUp = Callable[[int, Sequence[str]], Awaitable[Found]]
"""Asks the archive for the entries of a partition that have these keys."""


class Moves:
    """Posts moves to the partitions of a ledger, each where its person is; what all have to know, to all of them.

    `look_up` asks the archive; without one, the store must not have dropped any key.
    """

    def __init__(self, ledgers: Sequence[Ledger], look_up: LookUp | None = None) -> None:
        self._ledgers = ledgers
        self._look_up = look_up

    async def post(self, moves: Sequence[Move]) -> list[Posted | Refusal]:
        """Applies moves, those of one partition in order; what became of each. What was refused left nothing behind.

        At most BATCH_MAX at once. One person's moves that are given together are applied in one step. Any number of
        calls with the same moves applies them once, for ever.

        Raises:
            Refusal: `uninitialised` or `unavailable`: in a partition nothing was applied.
            StoreError: as Store.call raises it; after UnknownOutcome call again with the same moves.
        """
        if len(self._ledgers) == 1:
            return await self._post(0, moves)
        homes = [self.home_of(move) for move in moves]
        places: dict[int, list[int]] = {}
        for place, (move, home) in enumerate(zip(moves, homes, strict=True)):
            for k in range(len(self._ledgers)) if move.is_everywhere else (home,):
                places.setdefault(k, []).append(place)
        # Each is heard to its end: one that is away keeps nobody else's moves from being applied.
        calls = [self._post(k, [moves[place] for place in here]) for k, here in places.items()]
        told = await asyncio.gather(*calls, return_exceptions=True)
        results: dict[int, Posted | Refusal] = {}
        for (k, here), some in zip(places.items(), told, strict=True):
            if isinstance(some, BaseException):
                raise some
            results.update((place, one) for place, one in zip(here, some, strict=True) if homes[place] == k)
        return [results[place] for place in range(len(moves))]

    async def claim(self, move: Move) -> None:
        """Has a move's key be that person's for some time: a partition knows no keys of another's people.

        Raises:
            Refusal: `id_reused`: it was another person's before.
        """
        if len(self._ledgers) == 1:
            return
        ledger = self._ledgers[k := partition(move.key, len(self._ledgers))]
        # Where that partition is away, whoever has a partition that is not gets what is theirs.
        with suppress(StoreError):
            key = Keys(k).claim(move.key)
            found = await ledger.store.call("SET", key, move.user, "PX", CLAIMED_MS, "NX", "GET")
            if found is not None and found.decode() != move.user:
                raise Refusal("id_reused")

    def home_of(self, move: Move) -> int:
        """The partition of a move's person."""
        return partition(move.user, len(self._ledgers))

    async def _post(self, k: int, moves: Sequence[Move]) -> list[Posted | Refusal]:
        found = Found(0, {})
        texts = await self._run(k, moves, 0)
        looks = 0
        while "U" in texts:
            if self._look_up is None:
                raise Refusal("unavailable", "The archive is needed for this, and there is none.")
            if looks == LOOKS_MAX:
                # The archive that is asked lags behind the one that trims the store's journal.
                raise Refusal("unavailable", "The archive is behind; try again in a moment.")
            # More than once where the journal is trimmed between the look and the call.
            looks += 1
            found = await self._look_up(k, [move.key for move in moves])
            texts = await self._run(k, [move for move in moves if move.key not in found.entries], found.checked_n)
        answers = iter(texts)
        return [
            _from_archive(move, *found.entries[move.key]) if move.key in found.entries else _read(next(answers))
            for move in moves
        ]

    async def post_one(self, move: Move) -> Posted:
        """Applies one move.

        Raises:
            Refusal: it was refused, or as `post` raises.
            StoreError: as `post`.
        """
        (result,) = await self.post([move])
        if isinstance(result, Refusal):
            raise result
        return result

    async def _run(self, k: int, moves: Sequence[Move], checked_n: int) -> list[str]:
        if not moves:
            return []
        ledger = self._ledgers[k]
        keys = ledger.keys
        packed = [
            (move.key, _mark(move), move.op, move.user, move.amount, *move.pieces(), move.is_approved) for move in moves
        ]
        names = [keys.totals, keys.journal, keys.moves, keys.frozen]
        names += [keys.coins, keys.debt, keys.pending, keys.available, keys.held]
        names += [keys.given, keys.spending, keys.limits, keys.zones]
        blob = _pack((packed, keys.wallets_channel, checked_n, keys.people_channel))
        results: list[bytes] = await ledger.standing.run("post_moves", names, blob)
        if results[0][:1] == b"X":
            raise refusal_of(results[0][1:].decode())
        ledger.standing.note(results.pop())
        return [result.decode() for result in results]


def _mark(move: Move) -> str:
    return fingerprint(*move.pieces())


def _read(text: str) -> Posted | Refusal:
    if text.startswith(LIMIT):
        return spending.refusal_of(text.removeprefix(LIMIT))
    if text[0] == "R":
        return refusal_of(text[1:])
    n, owed, noted = text[1:].split("|")
    return Posted(int(n), int(owed), tuple(map(int, filter(None, noted.split(",")))), text[0] == "D")


def _from_archive(move: Move, n: int, entry: Move) -> Posted | Refusal:
    if _mark(msgspec.structs.replace(entry, owed=0, noted=())) != _mark(move):
        return Refusal("id_reused")
    return Posted(n, entry.owed, entry.noted, True)
