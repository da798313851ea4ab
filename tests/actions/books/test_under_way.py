from __future__ import annotations

import pytest

from app.actions.books import under_way as module
from app.actions.books.under_way import under_way
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.rules.crossings import Sent, read_sent
from loadtest.crossing_world import P
from tests.actions.books.four import Four, four_with_books
from tests.actions.books.test_prove_crossings import happen


async def outbox_by_books(four: Four, k: int, up_to: int) -> list[Sent]:
    """What a partition's outbox had, by the archive."""
    pages = [page async for page in under_way(four.archive, up_to, k, P, 5)]
    return sorted((read_sent(name.decode(), value) for page in pages for name, value in page), key=lambda one: one.name)


async def test_what_lay_in_outboxes_is_known(store_url: str, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was paid and has not ended, and what guests are owed, is what lies there: its way, room and receiver too."""
    monkeypatch.setattr(module, "STEPS_A_PAGE", 3)
    async with four_with_books(store_url, books) as four:
        await happen(four)
        await four.archive_all()
        lying = [[one async for page in four.worker.steps[k].lying(0) for one in page.sent] for k in range(P)]
        found = [await outbox_by_books(four, k, (await books.read(read_cursor, k)).n) for k in range(P)]
        first = await outbox_by_books(four, 0, 1)

    assert [3, 0, 1, 0] == [len(sent) for sent in found]
    for known, sent in zip(lying, found, strict=True):
        assert [(one.name, one.at, one.bucket, one.room, one.receiver) for one in sent] == sorted(
            (one.name, one.at, one.bucket, one.room, one.receiver) for one in known
        )
    assert [] == first
