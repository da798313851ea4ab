"""An archive whose journal is judged by short rules of fraud."""

from __future__ import annotations

from app.actions.books.judge_fraud import judge
from app.archive import cases
from app.archive.archive import Archive
from app.archive.recorder import Recorder
from app.rules.cases import Case, Involved
from app.rules.entries import Entry
from app.rules.fraud import FraudRules
from tests.journal import Journal, grant

HOLD_MS = 8000
Parts = dict[str, tuple[str, int, int]]


class Court:
    """What is written is archived and judged; ann, bob and cat have coins."""

    def __init__(self, archive: Archive, rules: FraudRules) -> None:
        self.archive, self.rules = archive, rules
        self.journal = Journal()
        self._recorder = Recorder("e1", lambda _: HOLD_MS)

    async def write(self, *entries: Entry, after_ms: int = 1000) -> None:
        """Entries of one moment."""
        await self.archive.write(self._recorder.record, self.journal.write(*entries, after_ms=after_ms))

    async def judge(self, *entries: Entry, after_ms: int = 1000) -> list[Case]:
        """Writes entries, judges them; the cases, the newest first."""
        if not self.journal.placed:
            await self.write(*(grant(user, 10_000) for user in ("ann", "bob", "cat", "sam")))
        if entries:
            await self.write(*entries, after_ms=after_ms)
        await self.archive.write(judge, self.rules, self.journal.at_ms)
        return await self.archive.read(cases.page, None, None, 100)

    async def parts(self, case: Case) -> Parts:
        """Who is in a case: part, coins, milli-diamonds."""
        found: list[Involved] = await self.archive.read(cases.people_of, case.id, 100)
        return {one.person: (one.part, one.coins, one.milli) for one in found}
