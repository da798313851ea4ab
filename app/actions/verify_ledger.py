"""Proves the books: replays them against the chain, the totals, every balance in the store, the rooms' logs and
their goals.

The archive's part is proved from the last proof on, or from the beginning; what it does not have yet, from the journal.
"""

from __future__ import annotations

from collections import Counter

from msgspec import Struct, field

from app.actions.books.books_in_use import BooksInUse
from app.actions.books.compare_store import Comparison, Difference
from app.actions.books.prove_archive import ArchiveProof, Progress, prove_archive
from app.actions.books.room_goals import RoomGoals
from app.actions.books.room_logs import RoomLogs
from app.archive import audit_log
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.rules.entries import Gift
from app.rules.figures import Figures
from app.rules.money import MILLI
from app.rules.replay import PROBLEMS_MAX, Read
from app.store.audit import Audit
from app.store.journal import Journal


class Report(Struct, kw_only=True):
    """What was proved, in coins and milli-diamonds. `problems` is empty when the books balance.

    Attributes:
        n: up to which entry it holds.
        since_n: up to which entry the archive had been proved before, by an earlier proof.
        archived_n: up to which entry the archive goes.
        kinds: how many entries of each kind were replayed.
        goals: how many were counted anew.
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
    owed: int = 0
    minted_milli: int = 0
    shared_milli: int = 0
    pending_milli: int = 0
    available_milli: int = 0
    held_milli: int = 0
    paid_milli: int = 0
    room_events_checked: int = 0
    goals: int = 0
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
        self.clawed_back, self.owed = figures.clawed_back, figures.owed
        self.minted_milli, self.shared_milli, self.paid_milli = figures.minted, figures.shared, figures.paid
        self.pending_milli, self.available_milli, self.held_milli = figures.pending, figures.available, figures.held


async def verify_ledger(
    audit: Audit,
    archive: Archive,
    journal: Journal,
    progress: Progress = lambda what, done, of: None,
    *,
    full: bool = False,
) -> Report:
    """The proof, on a store that may be in use: it holds for the n that the report names.

    Args:
        audit: the books in the store.
        archive: the books that are kept.
        journal: what the archive may not have yet.
        progress: told now and then how far it is.
        full: prove the archive from its beginning, whatever was proved before.

    Raises:
        StoreError: the store cannot be read.
        ArchiveError: the archive cannot be read.
        Refusal: `uninitialised`, where the store loses its ledger meanwhile.
    """
    report, begun = Report(), await audit.read()
    logs, goals = RoomLogs(begun.n), RoomGoals()
    await goals.begin(audit, archive)

    def seen(read: Read, at_ms: int) -> None:
        _check_shares(read, report)
        logs.see(read)
        goals.see(read, at_ms)

    proof = ArchiveProof(full=full, seen=seen)
    await archive.read(proof.begin)
    await logs.look_back(archive, proof.began_n)
    await goals.look_back(archive, proof.began_n)
    await prove_archive(archive, proof, progress)
    await _compare(report, audit, BooksInUse(archive, journal, proof.cursor, progress, seen), proof, progress)
    if report.n >= proof.cursor.n:
        await logs.compare(audit, report.problem, goals.counted, goals.hear)
        goals.compare(report.problem)
    report.room_events_checked, report.goals = logs.checked, len(goals.counted)
    acts = await archive.read(audit_log.prove)
    report.acts, report.acts_chain = acts.n, acts.chain
    report.problems += acts.problems
    return report


async def _compare(report: Report, audit: Audit, books: BooksInUse, proof: ArchiveProof, progress: Progress) -> None:
    """Holds the store against what was proved, and what is entered behind that."""
    begun, cursor = await audit.read(), proof.cursor
    report.epoch, report.n, report.since_n, report.archived_n = begun.epoch, begun.n, proof.began_n, cursor.n
    figures = proof.figures
    if cursor.epoch not in ("", begun.epoch) or begun.n < cursor.n:
        report.problem(
            f"the archive has ledger {cursor.epoch} up to n {cursor.n}, the store ledger {begun.epoch or 'none'} "
            f"up to n {begun.n}: it has lost entries"
        )
    else:
        comparison = Comparison(audit, books, lambda difference: report.problem(_text(difference)))
        of = await books.archive.read(last_account)
        async for at in comparison.pages():
            progress("accounts compared", at, of)
        if comparison.figures != figures:
            report.problem("the archive's balances are not those that its entries give")
        page = await comparison.totals(figures)
        figures += books.moved
        report.n, report.wallets = page.n, comparison.wallets
    report.kinds = dict(Counter(proof.replay.kinds) + Counter(books.replay.kinds))
    report.say(figures)
    if figures.drift:
        report.problem(f"the sums do not come out: {figures}")
    # First what is wrong with the entries: the rest may come of it.
    found = [*proof.replay.problems, *books.replay.problems, *report.problems]
    report.problems = list(dict.fromkeys(found))[:PROBLEMS_MAX]


def _check_shares(read: Read, report: Report) -> None:
    gift = read.entry
    if isinstance(gift, Gift) and gift.coins * MILLI != gift.streamer_milli + gift.platform_milli:
        report.problem(
            f"n {read.n}: {gift.coins} coins are not {gift.streamer_milli} + {gift.platform_milli} milli-diamonds"
        )


def _text(difference: Difference) -> str:
    if difference.what.startswith("head"):
        return "the chain's head in the totals is not the journal's"
    return str(difference)
