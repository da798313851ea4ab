from __future__ import annotations

from msgspec.structs import replace

from app.archive.archive import Archive
from app.archive.spending import bounds_of, bounds_page, change_bounds, come_of, spent_lines
from app.rules.spending import Bounds, Guard, Limits
from tests.archiving import archive_all
from tests.noon import noon
from tests.store.moving import promotion, promotion_returned
from tests.world import World


async def test_each_change_is_kept(archive: Archive) -> None:
    """What was set is found as it was, with a greater version each time, a page of people at a time."""
    assert Bounds() == await archive.read(bounds_of, "ann")
    guard = Guard(day=5, from_minute=3, to_minute=9, blocked=("sam",), locked=True)
    for user in ("ann", "bob", "ann"):
        await archive.write(change_bounds, user, lambda before: replace(before, tz="Asia/Tokyo", guard=guard))
    ann = await archive.write(change_bounds, "ann", lambda before: replace(before, own=Limits(gift=0)))

    assert Bounds(version=3, tz="Asia/Tokyo", guard=guard, own=Limits(gift=0)) == ann
    assert [("ann", ann)] == await archive.read(bounds_page, "", 1)
    assert ["bob"] == [user for user, _ in await archive.read(bounds_page, "ann", 9)]


async def test_how_far_somebody_has_come_by_the_books(world: World, archive: Archive) -> None:
    """Gifts and promotions of the windows that run count, less what came back of these, and nobody else's."""
    for user in ("ann", "bob"):
        await world.grant(user, 1000)
        await world.send(world.order(user, quantity=30))
    await world.moves.post([promotion("ann", 100), promotion_returned("ann", 40)])
    n = 6
    assert n == await archive_all(world, archive)

    for user, spent in (("ann", 90), ("bob", 30), ("eve", 0)):
        come, asked_n = await archive.read(come_of, user, noon(), world.now_ms())
        given = 0 if user == "eve" else 30
        assert (given - spent, given - spent, n) == (come.day_from, come.month_from, asked_n)
    come, _ = await archive.read(come_of, "ann", noon(), world.now_ms() + 40 * 86_400_000)
    assert (30, 30, 30) == (come.day_from, come.week_from, come.month_from)


async def test_what_was_spent_line_by_line(world: World, archive: Archive) -> None:
    """The latest entries that spent a person's coins, and from when on they are all there."""
    await world.grant("ann", 1000)
    for quantity in (1, 2, 3):
        await world.send(world.order("ann", quantity=quantity), world.order("bob"))
    await world.moves.post([promotion("ann", 100), promotion_returned("ann", 40)])
    await archive_all(world, archive)
    now_ms = world.now_ms()

    lines, more = await archive.read(spent_lines, "ann", now_ms - 60_000, now_ms + 1000, 10)
    assert ([-40, 100, 3, 2, 1], None) == ([line.coins for line in lines], more)
    lines, more = await archive.read(spent_lines, "ann", now_ms - 60_000, now_ms + 1000, 4)
    assert (4, lines[-1].at_ms) == (len(lines), more)
    assert ([], None) == await archive.read(spent_lines, "ann", 0, now_ms - 60_000, 4)
