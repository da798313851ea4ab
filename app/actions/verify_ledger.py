"""Proves the books: replays them against the chain, the totals, every balance in the store, the rooms' logs and
their goals; and what the partitions say of the gifts that cross.

The archive's part is proved from the last proof on, or from the beginning; what it does not have yet, from the journal.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct, field

from app.actions.books.prove_archive import Progress, prove_together
from app.actions.books.prove_crossings import CrossingsProof
from app.actions.books.prove_partition import PartitionProof, PartitionReport, Problems
from app.archive import audit_log
from app.archive.archive import Archive
from app.rules.figures import Figures
from app.rules.partitions import where
from app.rules.replay import PROBLEMS_MAX
from app.store.audit import Audit
from app.store.journal import Journal


class Report(Struct, kw_only=True):
    """What was proved, in coins and milli-diamonds. `problems` is empty when the books balance.

    Attributes:
        n: up to which entry it holds; of several partitions all their entries.
        since_n: up to which entry the archive had been proved before, by an earlier proof.
        archived_n: up to which entry the archive goes.
        partitions: the same of each partition.
        kinds: how many entries of each kind were replayed.
        goals: how many were counted anew.
        lost: what cannot fit any more, as entries were lost and somebody has accepted it.
        acts: how many acts the audit log has, and `acts_chain` is the seal of the last.
    """

    epoch: str = ""
    n: int = 0
    since_n: int = 0
    archived_n: int = 0
    kinds: dict[str, int] = field(default_factory=dict)
    wallets: int = 0
    issued: int = 0
    spent: int = 0
    clawed_back: int = 0
    in_wallets: int = 0
    under_way: int = 0
    owed: int = 0
    minted_milli: int = 0
    shared_milli: int = 0
    pending_milli: int = 0
    available_milli: int = 0
    held_milli: int = 0
    paid_milli: int = 0
    room_events_checked: int = 0
    goals: int = 0
    partitions: list[PartitionReport] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    acts: int = 0
    acts_chain: str = ""
    problems: list[str] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        """Whether the books balance."""
        return not self.problems

    def problem(self, text: str) -> None:
        """Notes one, unless there are too many already, or it is noted."""
        if len(self.problems) < PROBLEMS_MAX and text not in self.problems:
            self.problems.append(text)

    def say(self, figures: Figures) -> None:
        """Takes the ledger's figures."""
        self.issued, self.in_wallets, self.spent = figures.issued, figures.wallets, figures.spent
        self.clawed_back, self.owed, self.under_way = figures.clawed_back, figures.owed, figures.escrow
        self.minted_milli, self.shared_milli, self.paid_milli = figures.minted, figures.shared, figures.paid
        self.pending_milli, self.available_milli, self.held_milli = figures.pending, figures.available, figures.held


async def verify_ledger(
    audits: Sequence[Audit],
    archive: Archive,
    journals: Sequence[Journal],
    progress: Progress = lambda what, done, of: None,
    *,
    full: bool = False,
) -> Report:
    """The proof, on a store that may be in use: it holds for the n that the report names.

    Args:
        audits: the books in the store, of each partition.
        archive: the books that are kept.
        journals: what the archive may not have yet, of each partition.
        progress: told now and then how far it is.
        full: prove the archive from its beginning, whatever was proved before.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be read.
        Refusal: `uninitialised`, where the store loses its ledger meanwhile.
    """
    crossed = Problems()
    crossings = CrossingsProof(len(audits), crossed)
    proofs = [
        PartitionProof(audit, archive, journal, full=full, see=crossings.see, progress=progress)
        for audit, journal in zip(audits, journals, strict=True)
    ]
    for one in proofs:
        await one.begin()
    crossings.since_ms = max(one.proof.at_ms for one in proofs)
    await prove_together(archive, [one.proof for one in proofs], progress)
    crossings.keep_ended = True
    for one in proofs:
        await one.compare()
    if all(one.can_go_on for one in proofs):
        await _cross(proofs, crossings, archive)
    for one in proofs:
        await one.rooms()
    report = _sum(proofs)
    report.problems = [*report.problems, *crossed][:PROBLEMS_MAX]
    report.lost = crossings.lost[:PROBLEMS_MAX]
    acts = await archive.read(audit_log.prove)
    report.acts, report.acts_chain = acts.n, acts.chain
    report.problems += acts.problems
    return report


async def _cross(proofs: Sequence[PartitionProof], crossings: CrossingsProof, archive: Archive) -> None:
    """Holds the partitions against each other."""
    for one in proofs:
        crossings.lies(one.k, await one.outbox())
    if crossings.doubt():
        # Where a step was seen, those before it have been taken by now.
        for one in proofs:
            await one.go_on()
        await crossings.judge(archive, [await one.losses() for one in proofs])


def _sum(proofs: Sequence[PartitionProof]) -> Report:
    report, kinds, figures = Report(epoch=proofs[0].report.epoch), Counter[str](), Figures()
    for one in proofs:
        found = one.report
        report.n += found.n
        report.since_n += found.since_n
        report.archived_n += found.archived_n
        report.wallets += one.wallets
        report.room_events_checked += one.events
        report.goals += one.goals
        report.partitions.append(found)
        kinds += one.kinds
        figures += one.figures
        for problem in one.problems:
            report.problem(where(one.k, len(proofs)) + problem)
    report.kinds = dict(kinds)
    report.say(figures)
    return report
