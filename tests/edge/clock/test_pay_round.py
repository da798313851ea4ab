from __future__ import annotations

import pytest

from app.archive.archive import Archive
from app.base.book_metrics import BookMetrics
from app.edge.clock.pay_round import pay_round
from tests.actions.paying import Paying
from tests.archiving import archive_all
from tests.world import World


@pytest.fixture
async def paying(books: Archive, world: World) -> Paying:
    """A streamer with diamonds and a tax profile."""
    paying = Paying(books, world)
    await paying.earn()
    await paying.profile()
    return paying


async def test_open_payouts_are_counted(paying: Paying, books: Archive, world: World) -> None:
    """A round goes on with payouts and shows how many wait for a person, and how many for their rail."""
    for _ in range(2):
        await paying.earn()
    for diamonds in ("100000", "4000", "4000"):
        await paying.ask(diamonds)
    await archive_all(world, books)
    metrics = BookMetrics()
    wait_s = await pay_round(paying.payer, books, metrics)()
    lines = set(metrics.render().decode().splitlines())

    assert 0 < wait_s < 1
    assert {
        'fanfare_open_payouts{status="requested"} 1.0',
        'fanfare_open_payouts{status="approved"} 0.0',
        'fanfare_open_payouts{status="submitted"} 2.0',
    } <= lines
