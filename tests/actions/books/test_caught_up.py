from __future__ import annotations

from app.actions.books.caught_up import caught_up
from tests.actions.shop import Shop


async def test_the_archive_is_waited_for(shop: Shop) -> None:
    """It has caught up as soon as the archive has the entry, and not before."""
    await shop.world.grant("ann", 5)

    assert not await caught_up(shop.archive, 1, 0.1)
    await shop.keep_books()
    assert await caught_up(shop.archive, 1, 5.0)
    assert await caught_up(shop.archive, 0, 0.1)
