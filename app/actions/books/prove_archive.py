"""Proves the archive by itself: its entries replayed, and its postings, keys and sums held against them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from app.archive.accounts import account_ids
from app.archive.archive import Archive, Connection
from app.archive.cursor import Cursor, read_cursor
from app.archive.entries import Stored, some_stored
from app.archive.frozen import frozen_among, frozen_page
from app.archive.keys import short
from app.archive.proofs import latest_proof, maturing_sums, postings_count, some_postings
from app.archive.statements import balances_at, written_ms
from app.rules.entries import Freeze, Unfreeze
from app.rules.figures import Figures, figures_of
from app.rules.replay import Posted, Read, Replay

FROZEN_A_READ = 1000

Progress = Callable[[str, int, int], None]
"""Told now and then: what is done, how far, of how much."""
Seen = Callable[[Read, int], None]
"""Told of each entry that was replayed, and when it was written."""


class ArchiveProof:
    """A proof of one partition in steps, from the last proof on or from the beginning.

    What is wrong is in `replay.problems`.

    Args:
        full: begin at the beginning, whatever was proved before.
        seen: told of each entry.
        partition: which one it is.

    Attributes:
        replay: the entries, as far as they were read.
        began_n: up to there it was proved before.
        cursor: how far the archive went at the last step.
        at_ms: when the last entry was written that was read.
        done: whether that is proved.
    """

    def __init__(self, *, full: bool = False, seen: Seen = lambda read, at_ms: None, partition: int = 0) -> None:
        self.replay = Replay()
        self.began_n = 0
        self.cursor = Cursor()
        self.done = False
        self._full = full
        self._seen = seen
        self._partition = partition
        self._begun = False
        self._before = Counter[str]()
        self._figures = Figures()
        self._frozen: dict[str, bool] = {}
        self._postings = 0
        self._ids: dict[str, int] = {}
        self.at_ms = 0

    @property
    def figures(self) -> Figures:
        """The ledger's figures after the last entry that was read."""
        return self._figures + figures_of(self.replay.balances) - figures_of(self._before)

    def begin(self, connection: Connection) -> None:
        """Finds out where it begins: `began_n` is known from then on. The first step does so too."""
        if self._begun:
            return
        self._begun = True
        proved = None if self._full else latest_proof(connection, self._partition)
        if proved is not None:
            self.began_n, self._figures = proved.n, proved.figures
            self.replay = Replay(proved.n, proved.head)
            self.at_ms = written_ms(connection, proved.n, self._partition)

    def step(self, connection: Connection) -> None:
        """Proves some thousand entries more. Each step is of one moment, and small: nobody waits for it."""
        self.begin(connection)
        self.cursor = read_cursor(connection, self._partition)
        replay, after = self.replay, self.replay.n
        found = some_stored(connection, after, self.cursor.n, self._partition)
        read = [(one, replay.read(one.batch)) for one in found]
        if self.began_n:
            self._know(connection, {account for _, reads in read for one in reads for account in one.accounts()})
        posted = list[Posted]()
        for one, reads in read:
            self._replay(one, reads, posted)
        if found:
            replay.n = found[-1].batch.first + found[-1].batch.count - 1
        self._compare(connection, after, posted)
        if not found or replay.n >= self.cursor.n:
            self._end(connection)

    def _know(self, connection: Connection, accounts: set[str]) -> None:
        balances = self.replay.balances
        unknown = [account for account in sorted(accounts) if account not in balances]
        found = balances_at(connection, unknown, self.began_n, self._partition)
        self._before.update(found)
        balances.update({account: found.get(account, 0) for account in unknown})

    def _replay(self, one: Stored, reads: list[Read], posted: list[Posted]) -> None:
        replay, batch = self.replay, one.batch
        if batch.at_ms < self.at_ms:
            replay.problem(f"n {batch.first}: it was written before the entry before it")
        self.at_ms = batch.at_ms
        for read in reads:
            entry = read.entry
            posted += replay.post(read)
            if one.rows.get(read.n) != (batch.at_ms, entry.kind, short(entry.key)):
                replay.problem(f"n {read.n}: the archive has it under another key, kind or time")
            if isinstance(entry, Freeze | Unfreeze):
                self._frozen[entry.user] = isinstance(entry, Freeze)
            self._seen(read, batch.at_ms)

    def _compare(self, connection: Connection, after: int, posted: list[Posted]) -> None:
        """The archive's postings of these accounts since that entry, held against those that the entries give."""
        self._postings += len(posted)
        ids, names = self._ids, {account for account, _, _, _ in posted}
        ids.update(account_ids(connection, names - ids.keys(), self._partition))
        known = {ids[name]: name for name in names if name in ids}
        there = some_postings(connection, after, self.replay.n, known)
        given = {(ids.get(account), n, amount, balance) for account, n, amount, balance in posted}
        if len(posted) == len(there) and given == set(there):
            return
        wanted, has = Counter(posted), Counter((known[i], n, amount, balance) for i, n, amount, balance in there)
        for account in sorted({posting[0] for posting in (wanted - has) + (has - wanted)}):
            self.replay.problem(f"{account}: the archive's postings are not those that its entries give")

    def _end(self, connection: Connection) -> None:
        """What the archive sums up, held against the entries: what is there is as of its end."""
        self.done = True
        replay, n = self.replay, self.cursor.n
        if (replay.n, replay.head) != (n, self.cursor.head):
            replay.problem(f"the archive ends at n {replay.n}, and its cursor says n {n}, or another head of the chain")
        if not self.began_n and self._postings != postings_count(connection, n, self._partition):
            replay.problem("the archive has postings of no entry, or of an account that it does not have")
        pending = {account for account in replay.balances if account.endswith(":diamonds_pending")}
        maturing = maturing_sums(connection, pending if self.began_n else None, self._partition)
        for account in sorted(pending | maturing.keys()):
            if replay.balances[account] != maturing.get(account, 0):
                replay.problem(
                    f"{account}: {maturing.get(account, 0)} mature where {replay.balances[account]} are pending"
                )
        frozen = (
            frozen_among(connection, self._frozen, self._partition) if self.began_n else self._all_frozen(connection)
        )
        for person in sorted(self._frozen.keys() | frozen):
            if self._frozen.get(person, False) != (person in frozen):
                replay.problem(f"{person}: the archive does not have the last freeze or unfreeze as its entries do")

    def _all_frozen(self, connection: Connection) -> set[str]:
        found, last = set[str](), ""
        while page := frozen_page(connection, last, FROZEN_A_READ, self._partition):
            found.update(page)
            last = page[-1]
        return found


async def prove_archive(archive: Archive, proof: ArchiveProof, progress: Progress) -> None:
    """Takes the proof's steps to its end.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    await prove_together(archive, [proof], progress)


async def prove_together(archive: Archive, proofs: Sequence[ArchiveProof], progress: Progress) -> None:
    """The same for several partitions, side by side: what was written at about the same time is seen so.

    Raises:
        ArchiveError: the archive cannot be read.
    """
    while left := [proof for proof in proofs if not proof.done]:
        await archive.read(min(left, key=lambda proof: proof.at_ms).step)
        progress("entries proved", sum(one.replay.n for one in proofs), sum(one.cursor.n for one in proofs))
