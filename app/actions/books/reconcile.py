"""Compares what the store has with the archive, and the part of the journal that it has not yet: each account."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.actions.books.prove_archive import Progress
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.rules.partitions import where
from app.store.audit import Audit
from app.store.journal import Journal

DIFFERENCES_MAX = 10_000


class Reconciled(Struct, kw_only=True):
    """What was found. It is in order where nothing differs, and nothing kept it from being compared.

    Attributes:
        epochs: the ledger that each partition is of.
        n: up to which entry it holds; of several partitions all their entries.
        archived_n: from which entry on the journal was read.
        differences: what differs, by its name; `more` are left out.
        problems: what is wrong with the journal.
    """

    epoch: str = ""
    epochs: list[str] = field(default_factory=list)
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


async def reconcile(
    audits: Sequence[Audit], archive: Archive, journals: Sequence[Journal], progress: Progress
) -> Reconciled:
    """The comparison, on a store that may be in use: each page of accounts as of one moment.

    Args:
        audits: the books in the store, of each partition.
        archive: the books that are kept.
        journals: what the archive may not have yet, of each partition.
        progress: told now and then how far it is.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be read.
        Refusal: `uninitialised`, where the store loses its ledger meanwhile.
    """
    report = Reconciled()
    for audit, journal in zip(audits, journals, strict=True):
        await _partition(audit, archive, journal, progress, report, where(audit.partition, len(audits)))
    report.epoch = report.epochs[0]
    return report


async def _partition(
    audit: Audit, archive: Archive, journal: Journal, progress: Progress, report: Reconciled, place: str
) -> None:
    """Compares one partition, which is named by `place` in what differs."""
    cursor, page = await archive.read(read_cursor, audit.partition), await audit.read()
    report.epochs.append(page.epoch)
    report.archived_n += cursor.n
    if cursor.epoch not in ("", page.epoch) or page.n < cursor.n:
        report.n += page.n
        report.problems.append(
            f"{place}the archive has ledger {cursor.epoch} up to n {cursor.n}, the store ledger {page.epoch or 'none'} "
            f"up to n {page.n}: it has lost entries"
        )
        return
    found: dict[str, Difference] = {}

    def differs(difference: Difference) -> None:
        if difference.what in found or len(found) + len(report.differences) < DIFFERENCES_MAX:
            found[difference.what] = difference
        else:
            report.more += 1

    books = BooksInUse(archive, journal, cursor, progress)
    comparison, accounts = Comparison(audit, books, differs), await archive.read(last_account)
    async for at in comparison.pages():
        progress("accounts compared", at, accounts)
    report.n += (await comparison.totals(comparison.figures)).n
    report.wallets += comparison.wallets
    report.differences += [Difference(place + one.what, one.store, one.books) for _, one in sorted(found.items())]
    report.problems += [place + problem for problem in books.replay.problems]
