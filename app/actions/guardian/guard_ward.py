"""A guardian bounds what a ward spends: from the next gift on, on every worker."""

from __future__ import annotations

from collections.abc import Callable

from app.actions.viewer.bound_spending import put_bounds
from app.archive import guardians
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.guardian_news import WardChanged, guardians_sockets
from app.rules.spending import Guard
from app.store.news import tell
from app.store.standing import Standing


async def guard_ward(
    standing: Standing, archive: Archive, guardian: str, ward: str, change: Callable[[Guard], Guard]
) -> None:
    """Changes what a guardian allows; the ward's sockets and the guardian's are told.

    Raises:
        Refusal: `unknown_ward`; `unavailable` and `uninitialised` as in `put_bounds`.
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now; it was kept, and holds when the limits are next looked at.
    """
    bounds = await archive.write(guardians.guard, guardian, ward, change)
    if bounds is None:
        raise Refusal("unknown_ward")
    await put_bounds(standing, archive, ward, bounds)
    await tell(standing, guardians_sockets(guardian), WardChanged(ward))
