"""What the bookkeeper does with each partition's journal: it goes into the archive, matures there, and is proved."""

from __future__ import annotations

from app.actions.books.archive_journal import Archiver
from app.actions.books.auditor import Auditor
from app.actions.books.settle_earnings import Settler
from app.actions.guardian.tell_guardians import GuardiansTold
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.archive.summary import HoldMs
from app.base.book_metrics import BookMetrics
from app.base.clock import now_ms
from app.edge.clock.archive_rounds import archive_rounds
from app.edge.clock.audit_round import audit_round
from app.edge.clock.rounds import Round
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.moves import Moves
from app.store.partitions import Partitions
from app.store.standing import Standing

# Of more partitions, each is looked at less often than once a second.
SETTLED_AT_ONCE = 4


def journal_rounds(partitions: Partitions, archive: Archive, hold_ms: HoldMs, metrics: BookMetrics) -> list[Round]:
    """The rounds of archivers and auditors."""
    told = GuardiansTold(partitions.common.standing, archive)
    archivers, auditors = list[Archiver](), list[Auditor]()
    for k, ledger in enumerate(partitions.ledgers):
        journal, recorder = Journal(ledger.store, ledger.epoch, k), Recorder(ledger.epoch, hold_ms, k)
        archivers.append(Archiver(journal, archive, recorder, ledger.standing.clock, told.tell))
        auditors.append(Auditor(Audit(ledger.store, k), archive, journal, now_ms))
    return [*archive_rounds(archivers, metrics), audit_round(auditors, metrics)]


def settle_rounds(partitions: Partitions, moves: Moves, archive: Archive) -> list[Round]:
    """The rounds that settle what has matured, one for each partition: by its own time."""
    every = max(1.0, len(partitions.ledgers) / SETTLED_AT_ONCE)

    def round_of(k: int, standing: Standing) -> Round:
        async def ledger_ms() -> int:
            return (await standing.see()).now_ms

        settler = Settler(moves, archive, ledger_ms, k)

        async def settle() -> float:
            return every * await settler.step()

        return settle

    return [round_of(k, ledger.standing) for k, ledger in enumerate(partitions.ledgers)]
