from __future__ import annotations

import pytest

from app.archive import entries
from app.archive.archive import Archive
from app.base.book_metrics import BookMetrics
from app.edge.clock.audit_round import AUDIT_AGAIN_S, REST_MIN_S, audit_round
from tests.actions.books.test_auditor import auditor_on
from tests.archiving import archive_all
from tests.world import World


async def test_what_differs_is_said_loudly(world: World, books: Archive, caplog: pytest.LogCaptureFixture) -> None:
    """A balance that is not what the books give is an error in the log, once a minute at most, and a metric."""
    await world.grant("ann", 100)
    await archive_all(world, books)
    metrics = BookMetrics()
    audit = audit_round([auditor_on(world, books)], metrics)
    assert REST_MIN_S <= await audit()
    assert {"fanfare_books_drift 0.0", "fanfare_books_proved_entries 1.0"} <= set(
        metrics.render().decode().splitlines()
    )
    await world.store.call("HINCRBY", world.keys.coins, "ann", 7)
    for _ in range(6):
        await audit()

    assert "fanfare_books_drift 7.0" in metrics.render().decode().splitlines()
    (said,) = (record.message for record in caplog.records)
    assert "STORE AND BOOKS DIFFER by 7 (see `fanfare ledger reconcile`): viewer:ann:coins: the store has 107" in said


async def test_while_there_is_more_it_comes_again_soon(
    world: World, books: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind what is archived it does not wait long."""
    monkeypatch.setattr(entries, "ENTRIES_A_READ", 1)
    await world.grant("ann", 100)
    await world.grant("ann", 100)
    await archive_all(world, books)
    audit = audit_round([auditor_on(world, books)], BookMetrics())

    assert AUDIT_AGAIN_S == await audit()
    assert REST_MIN_S <= await audit()
