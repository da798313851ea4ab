from __future__ import annotations

import pytest

from app.archive.archive import Archive
from app.archive.lots import unused
from app.archive.recorder import Recorder
from tests.journal import Journal
from tests.store.moving import grant, promotion, promotion_returned, purchase, withdrawal


@pytest.mark.parametrize(
    ("spent", "first", "second", "third"),
    [(0, 100, 50, 30), (1, 99, 50, 30), (100, 0, 50, 30), (120, 0, 30, 30), (180, 0, 0, 0)],
)
async def test_the_oldest_coins_are_spent_first(
    archive: Archive, spent: int, first: int, second: int, third: int
) -> None:
    """What is left of a wallet lies in what came last; a purchase with its bonus is counted together."""
    journal = Journal()
    journal.write(purchase("ann", 100), purchase("ann", 50), grant("ann", 30))
    if spent:
        journal.write(withdrawal("ann", spent))
    await archive.write(Recorder("e", lambda _: 1000).record, journal.placed)
    found = [await archive.read(unused, "ann", (n,)) for n in (1, 2, 3)]

    assert [first, second, third] == found
    assert first + second == await archive.read(unused, "ann", (1, 2))
    assert 0 == await archive.read(unused, "nobody", (1,))


@pytest.mark.parametrize(
    ("spent", "back", "first", "second"), [(150, 90, 40, 50), (100, 100, 100, 50), (30, 1, 71, 50)]
)
async def test_what_comes_back_was_never_spent(
    archive: Archive, spent: int, back: int, first: int, second: int
) -> None:
    """Coins that a promotion gives back are again those of the purchase that they came from, whatever came since."""
    journal = Journal()
    journal.write(purchase("ann", 100), purchase("ann", 50), promotion("ann", spent), grant("ann", 30))
    journal.write(promotion_returned("ann", back))
    await archive.write(Recorder("e", lambda _: 1000).record, journal.placed)

    assert [first, second, 30] == [await archive.read(unused, "ann", (n,)) for n in (1, 2, 4)]
