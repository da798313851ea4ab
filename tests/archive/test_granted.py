from __future__ import annotations

from app.archive import granted
from app.archive.archive import Archive


async def test_what_was_given_adds_up_by_person_and_day(archive: Archive) -> None:
    """Each has a sum of their own, anew each day."""
    given = [("op", 5, 30), ("op", 5, 12), ("mia", 5, 1), ("op", 6, 2)]

    assert [30, 42, 1, 2] == [await archive.write(granted.add, *one) for one in given]
