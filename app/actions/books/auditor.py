"""Proves the books all the time, a little at each step: what is new in the archive, the totals, a page of accounts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import NamedTuple

from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.actions.books.prove_archive import ArchiveProof
from app.archive.archive import Archive
from app.archive.drifts import Drift, drifts, note_drifts
from app.archive.proofs import Proved, note_proof
from app.base.clock import Clock
from app.store.audit import PAGE, Audit
from app.store.journal import Journal

# So much of the journal may be behind the archive when store and books are compared.
REST_MAX = 20_000
# What is wrong with entries themselves; all else is the name of an account, a flag or a total.
ARCHIVE, JOURNAL = "archive", "journal"
UNDER_WAY = "coins under way"
# More that lies in an outbox is not added up while gifts wait.
OUTBOX_MAX = 20_000


class Audited(NamedTuple):
    """What a step says: up to which entry the archive is proved, whether that is its end, and what is out of order."""

    n: int
    at_end: bool
    drifts: list[Drift]

    @property
    def drift(self) -> int:
        """By how much, in all."""
        return sum(drift.amount for drift in self.drifts)


class Auditor:
    """The auditor of one partition; two at once do no harm. `clock` tells when something was proved."""

    def __init__(self, audit: Audit, archive: Archive, journal: Journal, clock: Clock) -> None:
        self._audit = audit
        self._archive = archive
        self._journal = journal
        self._clock = clock
        self._found: dict[str, Drift] = {}
        self._comparison: Comparison | None = None
        self._pages: AsyncIterator[int] | None = None

    async def step(self) -> Audited:
        """Proves what is new in the archive, some thousand entries at most; at its end it compares the store with it.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now.
            Refusal: `uninitialised`.
        """
        k = self._audit.partition
        known = await self._archive.read(drifts, k)
        self._found = {}
        proof = ArchiveProof(partition=k)
        await self._archive.read(proof.step)
        problems, n = proof.replay.problems, proof.replay.n
        if problems:
            self._note(ARCHIVE, problems)
        elif n:
            await self._archive.write(note_proof, Proved(n, proof.replay.head, self._clock(), proof.figures), k)
        if problems or not proof.done or not await self._compare(proof, [drift.what for drift in known]):
            # What was found before was not looked at again.
            self._found |= {drift.what: drift for drift in known if drift.what != ARCHIVE} | self._found
        since = {drift.what: drift.since_ms for drift in known}
        found = [one._replace(since_ms=since.get(one.what, one.since_ms)) for one in self._found.values()]
        if sorted(found) != sorted(known):
            await self._archive.write(note_drifts, found, k)
        return Audited(n, proof.done, found)

    async def _compare(self, proof: ArchiveProof, known: list[str]) -> bool:
        """Compares the totals, what is known to differ, and one more page; False where that cannot be done now."""
        cursor, page = proof.cursor, await self._audit.read()
        if cursor.epoch not in ("", page.epoch) or not 0 <= page.n - cursor.n <= REST_MAX:
            # The archiver says what is wrong, if something is.
            return False
        books = BooksInUse(self._archive, self._journal, cursor)
        if self._comparison is None or self._pages is None:
            self._comparison = Comparison(self._audit, books, self._differs)
            self._pages = self._comparison.pages()
        comparison, self._comparison.books = self._comparison, books
        await comparison.totals(proof.figures)
        await self._compare_outbox()
        for at in range(0, len(known), PAGE):
            await comparison.again(known[at : at + PAGE])
        try:
            await anext(self._pages)
        except StopAsyncIteration:
            self._pages = None
        except Exception:
            # It cannot be gone on with.
            self._pages = None
            raise
        if books.replay.problems:
            self._note(JOURNAL, books.replay.problems)
        return True

    async def _compare_outbox(self) -> None:
        """What is in escrow is what lies in the outbox, at any moment."""
        if await self._audit.lying() <= OUTBOX_MAX:
            outbox = await self._audit.outbox()
            if (lying := sum(outbox.gifts.values())) != outbox.escrow:
                self._differs(Difference(UNDER_WAY, outbox.escrow, lying))

    def _differs(self, difference: Difference) -> None:
        self._found[difference.what] = Drift(difference.what, str(difference), difference.amount, self._clock())

    def _note(self, what: str, problems: list[str]) -> None:
        self._found[what] = Drift(what, "; ".join(problems[:3]), len(problems), self._clock())
