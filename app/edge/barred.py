"""Who is kept out, as one worker knows it: asked at each token, told by the store's channel."""

from __future__ import annotations

from collections.abc import Callable

from app.edge.rereading import Rereading
from app.rules.barred import Barred
from app.rules.tokens import Person
from app.store.answers import those_that_answer
from app.store.barred import barred_in_parts, read_told
from app.store.partitions import Partitions
from app.store.standing import Standing


class BarredHere:
    """A worker's copy of what the store has.

    Args:
        on_change: told of each person for whom something was decided: their sockets may have to end.
    """

    def __init__(self, partitions: Partitions, on_change: Callable[[str, Barred], None]) -> None:
        self._partitions = partitions
        self._on_change = on_change
        self._known: dict[str, Barred] = {}
        self._rereading = Rereading(self.read, "who is kept out")

    def check(self, person: Person, *, only_reads: bool = False) -> None:
        """Raises Refusal `unauthorized` for a token that was revoked, `banned` for whoever is kept out.

        Args:
            only_reads: what is theirs, those who are kept out may still read.
        """
        barred = self._known.get(person.sub)
        refusal = barred.refusal(person) if barred is not None else None
        if refusal is not None and not (only_reads and refusal.slug == "banned"):
            raise refusal

    def hear(self, message: bytes) -> None:
        """Takes a message of the store's channel."""
        self._take(*read_told(message))

    async def read(self) -> None:
        """Reads all of it anew. Raises StoreError as Store.call does."""
        # What was decided is everywhere, unless some partition could not be told yet.
        await self._partitions.everywhere(self._read)

    async def begin(self) -> None:
        """Reads all of it for the first time, and what some partitions do not tell now, later.

        Raises:
            StoreError: no partition tells it.
        """
        standings = [ledger.standing for ledger in self._partitions.ledgers]
        if len(await those_that_answer([self._read(standing) for standing in standings])) < len(standings):
            self.refresh()

    def refresh(self) -> None:
        """Reads it again, until that works: something may have been missed."""
        self._rereading.refresh()

    async def _read(self, standing: Standing) -> None:
        async for people in barred_in_parts(standing):
            for user, barred in people:
                self._take(user, barred)

    def _take(self, user: str, barred: Barred) -> None:
        known = self._known.get(user)
        if known is None or known.version < barred.version:
            self._known[user] = barred
            self._on_change(user, barred)
