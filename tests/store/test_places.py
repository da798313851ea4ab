from __future__ import annotations

import msgspec
import pytest

from app.base.errors import Refusal
from app.rules.promotion_tickets import Ticket
from app.rules.promotions import HOUR_MS
from app.store.places import ADDRESS_MAX, HELD_MS, Places, Running, Viewer
from app.store.promotions import Promotions
from tests.rules.test_promotions import RUNNING
from tests.world import World

# The store's clock takes no part: what is kept expires long after the tests.
START_MS = 2**41
ANN = Viewer("ann")


class Desk:
    """Two promotions of two rooms, which began together."""

    def __init__(self, world: World) -> None:
        self.running = Promotions(world.rooms.standing)
        self.places = Places(world.rooms.standing)
        self.all: list[Running] = []

    async def begin(self, **changed: object) -> None:
        """Both of them."""
        for name, room in (("m1", "main"), ("m2", "side")):
            times = {"started_ms": START_MS, "ends_ms": START_MS + HOUR_MS}
            made = msgspec.structs.replace(RUNNING, **{"id": name, "room": room, **times, **changed})
            await self.running.put(made, f"buyer of {name}", {})
        self.all = await self.places.running()

    async def offer(self, at_ms: int, viewer: Viewer = ANN, places: int = 2) -> list[str]:
        """Which are offered to a viewer at that time from the beginning."""
        return [one.id for one in await self.places.offer(viewer, self.all, places, START_MS + at_ms)]

    async def count(self, shown_ms: int, at_ms: int, *names: str, viewer: Viewer = ANN) -> list[str]:
        """What became of it, when these were seen."""
        tickets = [Ticket(name, START_MS + shown_ms, viewer.mark) for name in names]
        return await self.places.count(viewer, tickets, START_MS + at_ms)


@pytest.fixture
async def desk(world: World) -> Desk:
    """Two that run: 1 000 impressions within an hour, one each 3.6 s."""
    made = Desk(world)
    await made.begin()
    return made


async def test_what_runs_is_known(desk: Desk) -> None:
    """Each that runs is told as it is; one that was stopped runs no more."""
    first = Running("m1", "main", START_MS, START_MS + HOUR_MS, 1000, 0, ("buyer of m1", ""))
    assert first == desk.all[0]
    await desk.running.stop("m1", "room_ended")

    assert ["m2"] == [one.id for one in await desk.places.running()]
    assert ["m2"] == await desk.offer(5000)
    assert ["over"] == await desk.count(5000, 7000, "m1")


async def test_the_pace_is_held(desk: Desk) -> None:
    """No more is shown than should have been by then, those counted in that were shown and have not told yet."""
    viewers = [Viewer(f"v{number}") for number in range(5)]
    shown = [await desk.offer(7300, viewer, 1) for viewer in viewers]
    assert [["m1"]] * 3 + [["m2"]] * 2 == shown
    assert ["m1"] == await desk.offer(7300, viewers[0], 1)
    assert ["counted"] == await desk.count(7300, 8400, "m1", viewer=viewers[0])

    assert [] == await desk.offer(8500 + 0, Viewer("x"), 0)
    assert "m1" not in await desk.offer(9000, Viewer("x"))
    assert "m1" in await desk.offer(7300 + HELD_MS + 1, Viewer("x"))


async def test_a_ticket_counts_once(desk: Desk) -> None:
    """A view is counted once, and under the latest ticket alone."""
    await desk.offer(60_000)
    await desk.offer(61_000)
    words = [await desk.count(*times) for times in ((60_000, 62_000, "m1"), (61_000, 62_000, "m1", "m1", "m2"))]

    assert [["used"], ["counted", "used", "counted"]] == words
    assert {"m1": 1, "m2": 1} == {one.id: one.counted for one in await desk.places.running()}
    assert {1: 1} == (await desk.running.counted(["m1"]))["m1"].parts


async def test_three_an_hour(desk: Desk) -> None:
    """A person's fourth view within an hour does not count and is not shown; when the first is an hour old it may."""
    times = [(n + 1) * 60_000 for n in range(3)]
    for at_ms in times:
        assert ["m1", "m2"] == await desk.offer(at_ms)
        assert ["counted"] == await desk.count(at_ms, at_ms + 1000, "m1")
    assert ["m2"] == await desk.offer(240_000)
    await desk.places.standing.store.call(
        "ZADD", desk.places.keys.promotion_tickets("m1"), START_MS + 240_000, ANN.mark
    )
    assert ["enough"] == await desk.count(240_000, 242_000, "m1")

    await desk.begin()
    await desk.running.forget("m1")
    await desk.begin(ends_ms=START_MS + 3 * HOUR_MS)
    assert "m1" in await desk.offer(60_000 + HOUR_MS + 1001)


async def test_not_to_its_buyer(desk: Desk, world: World) -> None:
    """The buyer is never shown it, in the browser where it was bought neither, and what they see does not count."""
    await world.store.call("HSET", world.keys.promotion("m1"), "browser", "their browser")
    for mark in ("buyer of m1", "their browser"):
        viewer = Viewer(mark)
        assert ["m2"] == await desk.offer(60_000, viewer)
        assert ["own"] == await desk.count(60_000, 62_000, "m1", viewer=viewer)


async def test_an_address_has_a_bound(desk: Desk) -> None:
    """Viewers without a token are bounded by their address; others are not."""
    late = HOUR_MS - 1000
    shown = [await desk.offer(late, Viewer(f"v{n}", "1.2.3.4"), 1) for n in range(ADDRESS_MAX + 1)]

    assert [["m1"]] * ADDRESS_MAX + [["m2"]] == shown
    assert ["m1"] == await desk.offer(late, Viewer("v", "1.2.3.5"), 1)
    assert ["m1"] == await desk.offer(late, Viewer("w"), 1)


async def test_no_more_than_was_bought(desk: Desk, world: World) -> None:
    """With all delivered, or its time over, nothing is shown and nothing counts."""
    await desk.offer(60_000)
    await world.store.call("HSET", world.keys.promotion("m1"), "counted", 1000)

    assert ["over", "counted"] == await desk.count(60_000, 62_000, "m1", "m2")
    assert [] == await desk.offer(HOUR_MS)
    assert ["over"] == await desk.count(60_000, HOUR_MS, "m2")


async def test_one_room_one_place(desk: Desk, world: World) -> None:
    """Two promotions of one room do not take both places."""
    await world.store.call("HSET", world.keys.promotion("m2"), "room", "main")

    assert ["m1"] == await desk.offer(60_000)


async def test_a_foreign_store_has_no_places(desk: Desk, world: World) -> None:
    """A store that was emptied gives no place."""
    await world.store.call("DEL", world.keys.totals)
    for work in (desk.places.running(), desk.offer(60_000), desk.count(1, 2, "m1")):
        with pytest.raises(Refusal, match="uninitialised"):
            await work
    await world.be_born()
