"""What the books say of a partition that goes on: balances as the archive has them, and what was entered since."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping

from app.actions.books.prove_archive import Progress, Seen
from app.actions.books.read_books import read_books
from app.archive.archive import Archive
from app.archive.cursor import Cursor
from app.archive.entries import find_entries
from app.archive.statements import balances_at
from app.rules.entries import Freeze, Unfreeze
from app.rules.figures import Figures, figures_of
from app.rules.replay import Read, Replay
from app.store.journal import Journal


class BooksInUse:
    """The books of a partition that goes on, of which one moment after the other is looked at.

    Args:
        base: an entry that the archive has; what is entered behind it is replayed.
        progress: told how far that is.
        seen: told of each of those entries.

    Attributes:
        replay: the entries behind the base, and the balances of those accounts that they move.
        before: the balances that those of them had at the base that were there already.
        frozen: who was frozen (True) or unfrozen since the base.
    """

    def __init__(
        self,
        archive: Archive,
        journal: Journal,
        base: Cursor,
        progress: Progress = lambda what, done, of: None,
        seen: Seen = lambda read, at_ms: None,
    ) -> None:
        self.archive = archive
        self.base = base
        self.replay = Replay(base.n, base.head)
        self.frozen: dict[str, bool] = {}
        self.partition = journal.partition
        self._journal = journal
        self._progress = progress
        self._seen = seen
        self.before: dict[str, int] = {}
        self._archived_n = base.n

    async def go_on(self, up_to: int) -> None:
        """Replays what is there up to that entry, wherever it is. What is wrong is in `replay.problems`.

        Raises:
            ArchiveError, StoreError, Refusal: as `read_books`.
        """
        replay = self.replay
        async for batch in read_books(self.archive, self._journal, replay.n, up_to, self.base.stream_id):
            found = replay.read(batch)
            await self._know({account for read in found for account in read.accounts()})
            await self._check_keys(found)
            replay.apply(found)
            for read in found:
                if isinstance(read.entry, Freeze | Unfreeze):
                    self.frozen[read.entry.user] = isinstance(read.entry, Freeze)
                self._seen(read, batch.at_ms)
            self._progress("entries proved", replay.n, up_to)
            # In a worker, gifts go between.
            await asyncio.sleep(0)

    async def at_base(self, names: Collection[str]) -> Mapping[str, int]:
        """The balances that these accounts had at the base; those that were not there yet are left out.

        Raises:
            ArchiveError: the archive cannot be read.
        """
        return await self.archive.read(balances_at, list(names), self.base.n, self.partition) if self.base.n else {}

    @property
    def moved(self) -> Figures:
        """What the ledger's figures have changed by since the base."""
        return figures_of(self.replay.balances) - figures_of(self.before)

    async def _know(self, accounts: set[str]) -> None:
        balances = self.replay.balances
        unknown = [account for account in accounts if account not in balances]
        if unknown:
            found = await self.at_base(unknown)
            self.before.update(found)
            balances.update({account: found.get(account, 0) for account in unknown})

    async def _check_keys(self, found: list[Read]) -> None:
        if not found or found[-1].n <= self._archived_n:
            # The archive has no key twice.
            return
        self._archived_n, archived = await self.archive.read(
            find_entries, [read.entry.key for read in found], self.partition
        )
        for n, entry, _ in found:
            if entry.key in archived and archived[entry.key][0] != n:
                self.replay.problem(f"n {n}: {entry.key} was applied before, at n {archived[entry.key][0]}")
