"""Compares what the store has with the archive, and the part of the journal that it has not yet: each account."""

from __future__ import annotations

from msgspec import Struct, field

from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.actions.books.prove_archive import Progress
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.store.audit import Audit
from app.store.journal import Journal

DIFFERENCES_MAX = 10_000


class Reconciled(Struct, kw_only=True):
    """What was found. It is in order where nothing differs, and nothing kept it from being compared.

    Attributes:
        n: up to which entry it holds.
        archived_n: from which entry on the journal was read.
        differences: what differs, by its name; `more` are left out.
        problems: what is wrong with the journal.
    """

    epoch: str = ""
    n: int = 0
    archived_n: int = 0
    wallets: int = 0
    differences: list[Difference] = field(default_factory=list)
    more: int = 0
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether store and books agree."""
        return not (self.differences or self.problems)


async def reconcile(audit: Audit, archive: Archive, journal: Journal, progress: Progress) -> Reconciled:
    """The comparison, on a store that may be in use: each page of accounts as of one moment.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be read.
        Refusal: `uninitialised`, where the store loses its ledger meanwhile.
    """
    cursor, page = await archive.read(read_cursor), await audit.read()
    report = Reconciled(epoch=page.epoch, n=page.n, archived_n=cursor.n)
    if cursor.epoch not in ("", page.epoch) or page.n < cursor.n:
        report.problems.append(
            f"the archive has ledger {cursor.epoch} up to n {cursor.n}, the store ledger {page.epoch or 'none'} "
            f"up to n {page.n}: it has lost entries"
        )
        return report
    found: dict[str, Difference] = {}

    def differs(difference: Difference) -> None:
        if difference.what in found or len(found) < DIFFERENCES_MAX:
            found[difference.what] = difference
        else:
            report.more += 1

    books = BooksInUse(archive, journal, cursor, progress)
    comparison, accounts = Comparison(audit, books, differs), await archive.read(last_account)
    async for at in comparison.pages():
        progress("accounts compared", at, accounts)
    report.n = (await comparison.totals(comparison.figures)).n
    report.wallets = comparison.wallets
    report.differences = [found[what] for what in sorted(found)]
    report.problems = books.replay.problems
    return report
