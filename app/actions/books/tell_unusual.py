"""People are told of unusual purchases."""

from __future__ import annotations

from app.archive import unusual
from app.archive.archive import Archive
from app.rules.unusual import news_of
from app.store.news import tell
from app.store.standing import Standing

TOLD_MAX = 100


async def tell_unusual(archive: Archive, standing: Standing) -> int:
    """Tells all sockets of each person who is still to be told, at least once; how many purchases it were.

    Who has no socket open reads it in the wallet.

    Raises:
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be reached; who was not told yet is told later.
    """
    waiting = await archive.read(unusual.untold, TOLD_MAX)
    for user, notice in waiting:
        await tell(standing, user, news_of(notice))
        await archive.write(unusual.told, notice.purchase)
    return len(waiting)
