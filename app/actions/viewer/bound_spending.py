"""A person's spending is bounded: by the person, a guardian or the platform. The archive keeps it, the store judges."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from app.actions.books.caught_up import caught_up
from app.actions.books.purchases import end_checkouts
from app.archive import audit_log
from app.archive import spending as archived
from app.archive.archive import Archive, Connection
from app.archive.guardians import link_of
from app.base.errors import unavailable
from app.rules.audit_log import Act
from app.rules.guardians import guardian_view
from app.rules.spending import Bounds, spent_by
from app.rules.spending_views import LimitsView, view_of
from app.rules.zones import zone_at
from app.store import spending
from app.store.spending import Counted, Kept
from app.store.standing import Standing

TRIES = 5
CAUGHT_UP_S = 5.0


async def bound_spending(
    standing: Standing, archive: Archive, user: str, change: Callable[[Bounds], Bounds], act: Act | None = None
) -> Bounds:
    """Changes what bounds a person's spending, from the next gift on and on every worker: what it is then.

    An `act` is written down with it, where somebody else does it.

    Raises:
        Refusal: `unavailable`: the archive is too far behind; `uninitialised`.
        ArchiveError: the archive cannot be used now.
        StoreError: the store cannot be used now. What was set is kept, and holds when the limits are next looked at.
    """
    # The archive first: what it knows is what a store gets back that is put together again.
    bounds = await archive.write(_changed, user, change, act, standing.clock())
    await put_bounds(standing, archive, user, bounds)
    return bounds


async def read_limits(standing: Standing, archive: Archive, user: str, tz: str | None) -> LimitsView:
    """What bounds a person's spending; whoever has set nothing is shown the days of the zone `tz`.

    Raises as `bound_spending` does.
    """
    now_ms = standing.clock()
    kept = await spending.read_limits(standing, user)
    bounds = await archive.read(archived.bounds_of, user)
    if bounds.version > (kept.bounds.version if kept.bounds is not None else 0):
        # Whoever set it did not come to tell the store.
        await put_bounds(standing, archive, user, bounds)
        kept = await spending.read_limits(standing, user)
    if kept.bounds is None or kept.come is None:
        bounds = Bounds(tz=tz or "UTC")
        counted = await _count(standing, archive, user, bounds.tz, kept.n, now_ms)
        kept = Kept(kept.n, kept.given, counted.come, bounds)
        spent = spent_by(counted.come, kept.given, now_ms)
    else:
        bounds, spent = kept.bounds, spent_by(kept.come, kept.given, now_ms)
    view = view_of(bounds, spent, zone_at(bounds.tz, now_ms), now_ms)
    link = await archive.read(link_of, user) if bounds.guard is not None else None
    return view if link is None else replace(view, guardian=guardian_view(link).guardian)


def _changed(
    connection: Connection, user: str, change: Callable[[Bounds], Bounds], act: Act | None, now_ms: int
) -> Bounds:
    bounds = archived.change_bounds(connection, user, change)
    if act is not None:
        audit_log.append(connection, act, now_ms)
    return bounds


async def put_bounds(standing: Standing, archive: Archive, user: str, bounds: Bounds) -> None:
    """Has the store judge by what the archive keeps. Raises as `bound_spending` does."""
    now_ms, counted = standing.clock(), None
    if bounds.stops(now_ms):
        await archive.write(end_checkouts, user, now_ms)
    for _ in range(TRIES):
        if await spending.put_limits(standing, user, bounds, zone_at(bounds.tz, now_ms), counted):
            return
        kept = await spending.read_limits(standing, user)
        counted = await _count(standing, archive, user, bounds.tz, kept.n, now_ms)
    raise unavailable("archive")


async def _count(standing: Standing, archive: Archive, user: str, tz: str, n: int, now_ms: int) -> Counted:
    if not await caught_up(archive, n, CAUGHT_UP_S, standing.partition):
        raise unavailable("archive")
    return Counted(*await archive.read(archived.come_of, user, tz, now_ms))
