"""Whatever is under way, wherever the archive ends and whatever is lost: after a rebuild the books are in order."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.books import rebuild_ledger as module
from app.actions.books.heal import keep_losses
from app.actions.books.rebuild_ledger import HasAll, IsAhead
from app.actions.books.rebuild_whole import known_of
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.store.gift_ways import closing
from app.store.seen import Seen
from app.store.standing import Standing
from loadtest.crossing_loss import copy_of, put_back
from loadtest.crossing_world import EPOCH, GUESTS, PAYERS, STREAMERS, P, order
from tests.actions.books.four import Four, four_with_books
from tests.actions.books.test_rebuild_whole import end_all, keep_rooms_of, rebuild
from tests.store.crossing import pass_time

PLACE = st.integers(0, P - 1)
End = Literal["whole", "paid", "shown", "back"]
GIFT = st.tuples(PLACE, PLACE, st.booleans(), st.sampled_from(["whole", "whole", "paid", "shown", "back"]))
ARCHIVED = st.sets(PLACE, min_size=1)
LOST = st.sampled_from([None, 0, 2, 3])
ROUND = st.tuples(st.lists(GIFT, min_size=1, max_size=8), ARCHIVED, st.lists(GIFT, max_size=3), LOST)
Gift = tuple[int, int, bool, End]


class History:
    """What happens to a ledger of four partitions whose data folder knows what was seen of it."""

    def __init__(self, four: Four, data: Path) -> None:
        self.four = four
        self._data = data
        self._seen = Seen(data, EPOCH, "0")

    async def give(self, gifts: list[Gift]) -> None:
        """Gifts go as far as each is told to."""
        worker = self.four.worker
        for payer, at, to_guest, end in gifts:
            if payer == at:
                continue
            one = order(PAYERS[payer], at, receiver=(GUESTS if to_guest else STREAMERS)[at])
            if end == "whole":
                await worker.send([one])
                continue
            for sent in await worker.steps[payer].pay([one]):
                if isinstance(sent, bytes):
                    continue
                if end == "back":
                    await worker.steps[payer].close([closing(sent, "X|unavailable")])
                elif end == "shown":
                    await worker.steps[at].deliver([sent], [not to_guest])
        for k, standing in enumerate(worker.standings):
            self._seen.note_mark(standing.mark, k)

    async def lose(self, k: int | None, before: dict[bytes, bytes]) -> None:
        """The store is flushed, or one partition has what it had before, and has all again that is archived."""
        store = self.four.store
        if k is None:
            await store.call("FLUSHDB")
        else:
            await put_back(store, k, before)
        known = [known_of(self._data, EPOCH, k) for k in range(P)]
        try:
            await rebuild(self.four, known, replace=True)
        except (HasAll, IsAhead):
            # What it has lost nobody has: an operator accepts it.
            for one in range(P):
                await Standing(store, EPOCH, self._seen, partition=one).accept_loss("a test")
        for standing in self.four.begin_anew().standings:
            await standing.see()
            await keep_losses(standing, self.four.archive)

    async def check(self) -> None:
        """All is in order, but for what is known to be lost."""
        assert [] == (await self.four.verify()).problems


@given(rounds=st.lists(ROUND, min_size=1, max_size=2))
@settings(max_examples=6, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_gifts_under_way_end_after_any_loss(
    rounds: list[tuple[list[Gift], set[int], list[Gift], int | None]],
    store_url: str,
    empty_books: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Right after each rebuild and in the end the books of all partitions fit; then nothing is under way any more."""

    async def live() -> None:
        data = tmp_path_factory.mktemp("history")
        shutil.copy(empty_books, data / "books.db")
        with contextlib.closing(Archive(sqlite_url(data / "books.db"))) as archive:
            async with four_with_books(store_url, archive) as four:
                await keep_rooms_of(archive)
                await four.archive_all()
                history = History(four, data)
                for gifts, archived, more, lost in rounds:
                    before = await copy_of(four.store, lost or 0)
                    await history.give(gifts)
                    await four.archive_all(*archived)
                    await history.give(more)
                    await history.lose(lost, before)
                    await history.check()
                    await pass_time(four.store, 10_000)
                    four.begin_anew()
                await end_all(four)
                await end_all(four)
                await history.check()
                assert [(0, {}, {})] * P == [(await audit.outbox())[1:] for audit in four.audits()]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(module, "SKEW_MS", 0)
        asyncio.run(live())
