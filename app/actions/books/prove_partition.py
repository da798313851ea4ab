"""Proves one partition: its archive by itself, and the store's balances, totals, rooms' logs and goals against that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.actions.books.prove_archive import ArchiveProof, Progress
from app.actions.books.room_goals import RoomGoals
from app.actions.books.room_logs import RoomLogs
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.archive.losses import losses_of
from app.rules.figures import Figures
from app.rules.gift_steps import GiftStep
from app.rules.money import MILLI
from app.rules.replay import PROBLEMS_MAX, Read
from app.rules.standing import Loss
from app.store.audit import Audit, Outbox
from app.store.journal import Journal


class Problems:
    """What is wrong, each once: at most PROBLEMS_MAX stay."""

    def __init__(self) -> None:
        self._found: dict[str, None] = {}

    def __call__(self, *texts: str) -> None:
        """Notes them."""
        for text in texts:
            if len(self._found) < PROBLEMS_MAX:
                self._found[text] = None

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)


class PartitionReport(Struct, kw_only=True):
    """How far a partition was proved, and how far it had been before; which ledger it is of."""

    epoch: str = ""
    n: int = 0
    since_n: int = 0
    archived_n: int = 0


class PartitionProof:
    """The proof of one partition, on a store that may be in use.

    Args:
        full: prove the archive from its beginning, whatever was proved before.
        see: told of each entry, with its partition and when it was written.

    Attributes:
        proof: the archive's; its steps are taken between `begin` and `compare`.
        report: how far it goes, once it was compared.
        can_go_on: whether the store has what the archive has.
        figures, kinds, wallets: what there is, and how many entries of each kind were replayed.
    """

    def __init__(
        self,
        audit: Audit,
        archive: Archive,
        journal: Journal,
        *,
        full: bool,
        see: Callable[[int, Read, int], None],
        progress: Progress,
    ) -> None:
        self.k = journal.partition
        self.report = PartitionReport()
        self.figures = Figures()
        self.kinds = Counter[str]()
        self.wallets = 0
        self.can_go_on = False
        self.proof = ArchiveProof(full=full, seen=self._seen, partition=self.k)
        self._audit = audit
        self._archive = archive
        self._journal = journal
        self._see = see
        self._progress = progress
        self._logs = RoomLogs(0, self.k)
        self._goals = RoomGoals(self.k)
        self._books = BooksInUse(archive, journal, self.proof.cursor)
        self._shares = Problems()
        self._differences = Problems()
        self._others = Problems()

    @property
    def problems(self) -> Iterator[str]:
        """What is wrong, first with the entries: the rest may come of it."""
        entries = [*self.proof.replay.problems, *self._books.replay.problems]
        return iter([*entries, *self._shares, *self._differences, *self._others])

    @property
    def events(self) -> int:
        """How many events of rooms were looked at."""
        return self._logs.checked

    @property
    def goals(self) -> int:
        """How many goals were counted anew."""
        return len(self._goals.counted)

    async def begin(self) -> None:
        """Finds out where it begins. Raises ArchiveError, StoreError."""
        self._logs = RoomLogs((await self._audit.read()).n, self.k)
        await self._goals.begin(self._audit, self._archive)
        await self._archive.read(self.proof.begin)
        await self._logs.look_back(self._archive, self.proof.began_n)
        await self._goals.look_back(self._archive, self.proof.began_n)

    async def compare(self) -> None:
        """Holds the store against what was proved, and what is entered behind that. Raises as `go_on`."""
        begun, proof, cursor, report = await self._audit.read(), self.proof, self.proof.cursor, self.report
        self._books = BooksInUse(self._archive, self._journal, cursor, self._progress, self._seen)
        report.epoch, report.n, report.since_n, report.archived_n = begun.epoch, begun.n, proof.began_n, cursor.n
        self.can_go_on = cursor.epoch in ("", begun.epoch) and begun.n >= cursor.n
        self.figures = proof.figures
        if self.can_go_on:
            comparison = Comparison(self._audit, self._books, self._differs)
            of = await self._archive.read(last_account)
            async for at in comparison.pages():
                self._progress("accounts compared", at, of)
            if comparison.figures != proof.figures:
                self._differences("the archive's balances are not those that its entries give")
            report.n = (await comparison.totals(proof.figures)).n
            self.figures += self._books.moved
            self.wallets = comparison.wallets
        else:
            self._differences(
                f"the archive has ledger {cursor.epoch} up to n {cursor.n}, the store ledger {begun.epoch or 'none'} "
                f"up to n {begun.n}: it has lost entries"
            )
        self.kinds = Counter(proof.replay.kinds) + Counter(self._books.replay.kinds)
        if self.figures.drift:
            self._differences(f"the sums do not come out: {self.figures}")

    async def outbox(self) -> Outbox:
        """What is under way, when all entries until then were seen. Raises as `go_on`."""
        outbox = await self._audit.outbox()
        await self._books.go_on(outbox.n)
        return outbox

    async def losses(self) -> list[Loss]:
        """What the partition has lost for good, by the store and by the archive. Raises StoreError, ArchiveError."""
        return await self._audit.losses() + await self._archive.read(losses_of, self.k)

    async def go_on(self) -> None:
        """Sees what was entered since.

        Raises:
            StoreError: the store cannot be read.
            ArchiveError: the archive cannot be read.
            Refusal: `uninitialised`, where the store has lost its ledger meanwhile.
        """
        await self._books.go_on((await self._audit.read()).n)

    async def rooms(self) -> None:
        """Holds the rooms' logs and goals against the entries. Raises as `go_on`."""
        if self.report.n >= self.proof.cursor.n:
            await self._logs.compare(self._audit, self._others, self._goals.counted, self._goals.hear)
            self._goals.compare(self._others)

    def _seen(self, read: Read, at_ms: int) -> None:
        gift = read.entry
        if isinstance(gift, GiftStep) and gift.coins * MILLI != gift.streamer_milli + gift.platform_milli:
            self._shares(
                f"n {read.n}: {gift.coins} coins are not {gift.streamer_milli} + {gift.platform_milli} milli-diamonds"
            )
        self._logs.see(read)
        self._goals.see(read, at_ms)
        self._see(self.k, read, at_ms)

    def _differs(self, difference: Difference) -> None:
        if difference.what.startswith("head"):
            self._differences("the chain's head in the totals is not the journal's")
        else:
            self._differences(str(difference))
