"""What was decided of people holds in the store as well: whoever decided it may have died before it was told there."""

from __future__ import annotations

from app.archive.archive import Archive
from app.archive.barred import barred_page
from app.store.barred import PEOPLE_MAX, put_all_barred
from app.store.standing import Standing


async def hold_bars(archive: Archive, standing: Standing) -> int:
    """Puts all of it into the store, which takes what is newer than what it has; how many people it is about.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now.
        Refusal: `uninitialised`.
    """
    count, after = 0, ""
    while people := await archive.read(barred_page, after, PEOPLE_MAX):
        await put_all_barred(standing, people)
        count, after = count + len(people), people[-1][0]
    return count
