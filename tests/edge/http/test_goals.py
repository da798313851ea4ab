"""HTTP for a room's goal, and what the room is told of it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from app.rules.goals import RoomGoal
from app.rules.messages import GoalChanged, GoalReached, Welcome
from tests.edge.http.tabs import PHONE, opened, overlay_address, room_page
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

SETTINGS = {"gift_rate": 0, "workers": 2}
TEN = {"title": "Ten coins", "target": 10}


async def put(product: Product, room: str, token: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status, and the goal or the slug, of a goal that is to be set."""
    async with product.http(token) as http:
        answer = await http.put(f"/v1/rooms/{room}/goal", json=body)
    return answer.status_code, answer.json().get("error") or answer.json()["goal"]


async def test_a_room_reaches_its_goal(product: Product) -> None:
    """The streamer sets a goal, everyone is told of it and of how far it comes, and once that it is reached."""
    room, streamer = await product.open_room("goal"), product.token("streamer", "streamer")
    await product.grant("ann-goal", 100)
    async with product.join("bob", room) as bob, product.join("ann-goal", room) as ann:
        status, goal = await put(product, room, streamer, TEN)
        assert (200, 0, False) == (status, goal["progress"], goal["reached"])
        await bob.until(GoalChanged, lambda event: event.goal is not None and event.goal.id == goal["id"])
        await ann.say({"type": "send_gift", "id": new_id(), "gift": "rose", "quantity": 4})
        await bob.until(GoalChanged, lambda event: event.goal is not None and event.goal.progress == 4)
        await ann.say({"type": "send_gift", "id": new_id(), "gift": "rose", "quantity": 6})
        reached = await bob.until(GoalReached)
        assert (10, "ann-goal") == (reached.goal.progress, reached.sender.id)
    async with product.join("late", room) as late:
        snapshot = (await late.until(Welcome)).snapshot
        assert snapshot is not None
        assert snapshot.goal is not None
        assert (10, True) == (snapshot.goal.progress, snapshot.goal.reached)
    assert 10 == (await read(product, f"/v1/rooms/{room}/goal", RoomGoal)).goal.progress
    async with product.http(streamer) as http:
        assert {"goal": None} == (await http.delete(f"/v1/rooms/{room}/goal")).json()
    assert (await read(product, f"/v1/rooms/{room}/goal", RoomGoal)).goal is None


async def test_a_goal_on_screen(browser: Browser, product: Product) -> None:
    """The page and the overlay show how far the goal has come, and who reached it."""
    room = await product.open_room("goal-seen")
    await product.grant("ann-seen", 100)
    await put(product, room, API_KEY, TEN)
    async with (
        room_page(browser, product, "bob", room, **PHONE) as page,
        opened(browser, f"{overlay_address(product, room)}".replace("#", "?widget=goal#")) as overlay,
        product.join("ann-seen", room) as ann,
    ):
        for gift, progress in (("rose", 1), ("doughnut", 11)):
            await ann.send_gift(new_id(), gift)
            for tab in (page, overlay):
                await expect(tab.page.get_by_test_id("goal")).to_have_attribute("data-progress", str(progress))
        for tab in (page, overlay):
            await expect(tab.page.get_by_test_id("goal")).to_contain_text("Ann-Seen")
        await expect(overlay.page.get_by_test_id("leaderboard")).to_have_count(0)


@pytest.mark.parametrize(
    ("wrong", "slug"),
    [
        ({"target": 0}, "bad_goal"),
        ({"ends_ms": 1}, "goal_in_past"),
        ({"gift": "nothing"}, "unknown_gift"),
        ({"title": "t" * 61}, "bad_request"),
        ({"target": 1.5}, "bad_request"),
    ],
)
async def test_what_is_no_goal_is_a_problem(product: Product, wrong: dict[str, Any], slug: str) -> None:
    """Each thing that is wrong with a goal has a slug."""
    room = await product.open_room("no-goal")
    assert slug == (await put(product, room, API_KEY, {**TEN, **wrong}))[1]


async def test_it_is_for_the_rooms_own_streamer(product: Product) -> None:
    """The streamer by name or by a token of that room sets its goal; nobody sets another's."""
    room = await product.open_room("own-goal")
    allowed = [API_KEY, product.token("streamer", "streamer"), product.token("anyone", "streamer", room=room)]
    refused = [
        product.token("other", "streamer"),
        product.token("streamer", "streamer", room="main"),
        product.token("streamer", "viewer"),
        product.token("mo", "moderator", room=room),
    ]
    assert [200] * 3 == [(await put(product, room, token, TEN))[0] for token in allowed]
    assert [(403, "forbidden")] * 4 == [await put(product, room, token, TEN) for token in refused]
    assert (404, "room_not_found") == await put(product, "nowhere", product.token("s", "streamer"), TEN)
