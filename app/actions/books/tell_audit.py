"""Tells how the books stand: the last proof's figures, taken on to this moment, and what the auditor has found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.actions.books.auditor import JOURNAL, REST_MAX
from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.archive.archive import Archive, Connection
from app.archive.cursor import Cursor, read_cursor
from app.archive.drifts import Drift, drifts
from app.archive.proofs import Proved, latest_proof
from app.base.errors import Refusal
from app.rules.figures import Figures
from app.rules.ledger_audit import ArchiveState, LedgerAudit, PartitionAudit
from app.rules.money import diamonds_text
from app.rules.partitions import where
from app.store.audit import Audit
from app.store.journal import Journal

DIFFERING_MAX = 20


class _Known(NamedTuple):
    """What the archive knows of itself."""

    cursor: Cursor
    proved: Proved
    drifts: list[Drift]


class _Found(NamedTuple):
    """What was found of a partition: its figures, and what differs, by how much."""

    audit: PartitionAudit
    figures: Figures
    differing: list[str]


async def tell_audit(audits: Sequence[Audit], archive: Archive, journals: Sequence[Journal], epoch: str) -> LedgerAudit:
    """The figures as of now, of all partitions; of one as of its last proof where the auditor is far behind.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be reached.
        Refusal: `uninitialised`.
    """
    parts = [await _look(audit, archive, journal, epoch) for audit, journal in zip(audits, journals, strict=True)]
    figures, of = Figures(), len(parts)
    for part in parts:
        figures += part.figures
    differing = [where(k, of) + told for k, part in enumerate(parts) for told in part.differing]
    found = [part.audit for part in parts]
    return LedgerAudit(
        epoch=epoch,
        n=sum(one.n for one in found),
        issued=figures.issued,
        wallets=figures.wallets,
        escrow=figures.escrow,
        spent=figures.spent,
        clawed_back=figures.clawed_back,
        owed=figures.owed,
        minted=diamonds_text(figures.minted),
        shared=diamonds_text(figures.shared),
        pending=diamonds_text(figures.pending),
        available=diamonds_text(figures.available),
        held=diamonds_text(figures.held),
        paid=diamonds_text(figures.paid),
        drift=sum(one.drift for one in found),
        differing=differing[:DIFFERING_MAX],
        proved_n=sum(one.proved_n for one in found),
        proved_ms=min((one.proved_ms for one in found if one.n), default=0),
        archive=ArchiveState(sum(one.archive.n for one in found), sum(one.archive.lag for one in found)),
        partitions=found,
    )


async def _look(audit: Audit, archive: Archive, journal: Journal, epoch: str) -> _Found:
    known = await archive.read(_known, audit.partition)
    page, proved = await audit.read(), known.proved
    if page.epoch != epoch:
        raise Refusal("uninitialised")
    figures, n, found = proved.figures, proved.n, {drift.what: (drift.amount, drift.told) for drift in known.drifts}
    if 0 <= page.n - proved.n <= REST_MAX:
        base = Cursor(epoch, proved.n, proved.head)
        books = BooksInUse(archive, journal, base)

        def differs(difference: Difference) -> None:
            found[difference.what] = difference.amount, str(difference)

        page = await Comparison(audit, books, differs).totals(proved.figures)
        figures, n = figures + books.moved, page.n
        if problems := books.replay.problems:
            found[JOURNAL] = len(problems), problems[0]
    told = PartitionAudit(
        n=n,
        drift=figures.drift + sum(amount for amount, _ in found.values()),
        proved_n=proved.n,
        proved_ms=proved.at_ms,
        archive=ArchiveState(known.cursor.n, max(0, page.n - known.cursor.n)),
    )
    return _Found(told, figures, [text for _, text in found.values()])


def _known(connection: Connection, partition: int) -> _Known:
    proved = latest_proof(connection, partition) or Proved(0, "", 0, Figures())
    return _Known(read_cursor(connection, partition), proved, drifts(connection, partition))
