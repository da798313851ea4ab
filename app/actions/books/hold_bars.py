"""What was decided of people holds in the store as well: whoever decided it may have died before it was told there."""

from __future__ import annotations

from functools import partial

from app.archive.archive import Archive
from app.archive.barred import barred_page
from app.base.errors import Refusal, StoreError
from app.store.barred import PEOPLE_MAX, put_all_barred
from app.store.partitions import Partitions


async def hold_bars(archive: Archive, partitions: Partitions) -> int:
    """Puts all of it into the store, which takes what is newer than what it has; how many people it is about.

    A partition that cannot be used now holds up none of the others.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now.
        Refusal: `uninitialised`.
    """
    count, after = 0, ""
    failed: StoreError | Refusal | None = None
    while people := await archive.read(barred_page, after, PEOPLE_MAX):
        try:
            await partitions.everywhere(partial(put_all_barred, people=people))
        except (StoreError, Refusal) as error:
            failed = error
        count, after = count + len(people), people[-1][0]
    if failed is not None:
        raise failed
    return count
