from __future__ import annotations

from app.archive.archive import Archive
from app.archive.boards import Place, is_on_boards, left_page, of_room, of_streamer, show_on_boards
from app.rules.boards import days_of
from tests.archiving import archive_all
from tests.world import World


async def test_boards_of_the_past(world: World, books: Archive) -> None:
    """Who gave most comes first, by coins or by number, in a room and to a streamer; anonymous gifts show nobody."""
    for user in ("ann", "bob", "eve"):
        await world.grant(user, 2000)
    await world.send(world.order("ann", quantity=9), world.order("bob", gift="swan"), world.order("ann", room="side"))
    await world.send(world.order("eve", gift="swan", anonymous=True), world.order("eve", receiver="gil"))
    await archive_all(world, books)
    ann, bob, eve = Place("ann", 9, 9), Place("bob", 1, 699), Place("eve", 1, 1)

    for period in ("day", "week", "all"):
        days = days_of(period, world.now_ms())
        assert [bob, ann, eve] == await books.read(of_room, "main", days, "coins", 10)
        assert [ann, bob, eve] == await books.read(of_room, "main", days, "gifts", 10)
        assert [bob, ann] == await books.read(of_streamer, "sam", days, "coins", 10)
        assert [eve] == await books.read(of_streamer, "gil", days, "coins", 10)
    today = days_of("day", world.now_ms())[0]
    assert [] == await books.read(of_room, "main", (today - 9, today - 1), "coins", 10)


async def test_whoever_left_is_on_no_board(world: World, books: Archive) -> None:
    """Who has left the boards is on none of them, and has all that was given when they come back."""
    for user in ("ann", "bob"):
        await world.grant(user, 100)
        await world.send(world.order(user))
    await archive_all(world, books)
    days = days_of("all", world.now_ms())

    for shown, expected in ((False, ["bob"]), (False, ["bob"]), (True, ["ann", "bob"])):
        await books.write(show_on_boards, "ann", shown)
        assert expected == [place.user for place in await books.read(of_room, "main", days, "coins", 10)]
        assert shown == await books.read(is_on_boards, "ann")


async def test_those_who_left_come_page_by_page(books: Archive) -> None:
    """All who have left are read, a page at a time."""
    for user in ("ann", "bob", "eve"):
        await books.write(show_on_boards, user, False)

    assert [["ann", "bob"], ["eve"], []] == [await books.read(left_page, after, 2) for after in ("", "bob", "eve")]
