"""Tells how the books stand: the last proof's figures, taken on to this moment, and what the auditor has found."""

from __future__ import annotations

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
from app.rules.ledger_audit import ArchiveState, LedgerAudit
from app.rules.money import diamonds_text
from app.store.audit import Audit
from app.store.journal import Journal

DIFFERING_MAX = 20


class _Known(NamedTuple):
    """What the archive knows of itself."""

    cursor: Cursor
    proved: Proved
    drifts: list[Drift]


async def tell_audit(audit: Audit, archive: Archive, journal: Journal, epoch: str) -> LedgerAudit:
    """The figures as of now; as of the last proof where the auditor is far behind.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be reached.
        Refusal: `uninitialised`.
    """
    known = await archive.read(_known)
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
    return _view(page.epoch, n, figures, found, known, max(0, page.n - known.cursor.n))


def _known(connection: Connection) -> _Known:
    proved = latest_proof(connection) or Proved(0, "", 0, Figures())
    return _Known(read_cursor(connection), proved, drifts(connection))


def _view(
    epoch: str, n: int, figures: Figures, found: dict[str, tuple[int, str]], known: _Known, lag: int
) -> LedgerAudit:
    return LedgerAudit(
        epoch=epoch,
        n=n,
        issued=figures.issued,
        wallets=figures.wallets,
        spent=figures.spent,
        clawed_back=figures.clawed_back,
        owed=figures.owed,
        minted=diamonds_text(figures.minted),
        shared=diamonds_text(figures.shared),
        pending=diamonds_text(figures.pending),
        available=diamonds_text(figures.available),
        held=diamonds_text(figures.held),
        paid=diamonds_text(figures.paid),
        drift=figures.drift + sum(amount for amount, _ in found.values()),
        differing=[told for _, told in list(found.values())[:DIFFERING_MAX]],
        proved_n=known.proved.n,
        proved_ms=known.proved.at_ms,
        archive=ArchiveState(known.cursor.n, lag),
    )
