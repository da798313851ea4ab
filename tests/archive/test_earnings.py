from __future__ import annotations

from app.archive import earnings
from app.archive.archive import Archive
from app.archive.earnings import Earned, EarnedDay
from app.archive.recorder import Recorder
from app.archive.summary import DAY_MS
from tests.journal import BORN_MS, Journal, gift, grant

DAY = (BORN_MS + 1000) // DAY_MS


async def test_what_was_earned(archive: Archive) -> None:
    """Day by day with the number of gifters, and by gifter and gift, the most coins first, from a day on."""
    journal = Journal()
    journal.write(grant("ann", 100), grant("bob", 100))
    journal.write(gift("ann", "sam", 10, quantity=2), gift("bob", "sam", 15, gift="heart"), gift("ann", "sue", 1))
    journal.write(gift("ann", "sam", 40), after_ms=DAY_MS)
    await archive.write(Recorder("e1", lambda _: 1000).record, journal.placed)
    both = [EarnedDay(DAY, Earned(3, 25, 25_000), 2), EarnedDay(DAY + 1, Earned(1, 40, 40_000), 1)]

    assert both == await archive.read(earnings.days, "sam", DAY, DAY + 1)
    assert both[1:] == await archive.read(earnings.days, "sam", DAY + 1, DAY + 9)
    assert [("ann", Earned(3, 50, 50_000)), ("bob", Earned(1, 15, 15_000))] == await archive.read(
        earnings.gifters, "sam", DAY, 9
    )
    assert [("ann", Earned(1, 40, 40_000))] == await archive.read(earnings.gifters, "sam", DAY + 1, 9)
    assert [("rose", Earned(3, 50, 50_000))] == await archive.read(earnings.gifts, "sam", 0, 1)


async def test_who_gave_anonymously_is_not_named(archive: Archive) -> None:
    """Gifts that were given anonymously stand together, whoever gave them, beside what the same people gave openly."""
    journal = Journal()
    journal.write(grant("ann", 100), grant("bob", 100))
    journal.write(*(gift(who, "sam", 10, anonymous=True) for who in ("ann", "bob", "ann")), gift("ann", "sam", 5))
    await archive.write(Recorder("e1", lambda _: 1000).record, journal.placed)

    assert [(None, Earned(3, 30, 30_000)), ("ann", Earned(1, 5, 5000))] == await archive.read(
        earnings.gifters, "sam", DAY, 9
    )


async def test_who_earned_nothing(archive: Archive) -> None:
    """Of somebody who never got a gift there is nothing to tell."""
    assert [] == await archive.read(earnings.days, "ann", 0, 2**20)
    assert [] == await archive.read(earnings.gifters, "ann", 0, 9)
    assert [] == await archive.read(earnings.gifts, "ann", 0, 9)
