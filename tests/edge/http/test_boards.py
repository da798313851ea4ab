"""HTTP for leaderboards, and the tabs of the room's board."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from app.rules.messages import Leaderboard, RoomBoard
from tests.edge.http.tabs import PHONE, room_page
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import API_KEY, new_id

PARTITIONS = (1, 4)
SETTINGS = {"gift_rate": 0, "workers": 2}


async def put(product: Product, path: str, token: str, body: dict[str, Any]) -> int:
    """The status of a PUT."""
    async with product.http(token) as http:
        return (await http.put(path, json=body)).status_code


async def board(product: Product, path: str, users: list[str], **query: str) -> RoomBoard:
    """A board once these are on it: what was given in this moment is in the books in the next."""
    async with asyncio.timeout(20):
        while True:
            found: RoomBoard = await read(product, path, RoomBoard, **query)
            if users == [rank.user.id for rank in found.top]:
                return found
            await asyncio.sleep(0.1)


async def test_boards_of_every_period(product: Product) -> None:
    """A room has a board of this live, of today, the week and all time, a streamer too; leaving them is at once."""
    product.wait_for_books()
    room = await product.open_room("boards", "boarder")
    path, mine = f"/v1/rooms/{room}/leaderboard", product.token("ann-b")
    for user in ("ann-b", "bob-b"):
        await product.grant(user, 1000)
    async with product.join("ann-b", room) as ann, product.join("bob-b", room) as bob:
        await ann.send_gift(new_id(), "swan")
        await bob.send_gift(new_id(), quantity=5)
        for period in ("live", "day", "week", "all"):
            found = await board(product, path, ["ann-b", "bob-b"], period=period)
            assert (period, "coins", 699) == (found.period, found.by, found.top[0].coins)
        streamers = "/v1/streamers/boarder/leaderboard"
        assert 5 == (await board(product, streamers, ["bob-b", "ann-b"], by="gifts", period="day")).top[0].gifts
        assert 200 == await put(product, path, product.token("boarder", "streamer"), {"by": "gifts"})
        assert "gifts" == (await board(product, path, ["bob-b", "ann-b"], period="day")).by
        assert 200 == await put(product, path, API_KEY, {"by": "coins"})
        since = len(bob.messages)
        assert 200 == await put(product, "/v1/me/boards", mine, {"shown": False})
        for period in ("live", "all"):
            assert ["bob-b"] == [rank.user.id for rank in (await read(product, path, RoomBoard, period=period)).top]
        await bob.until(Leaderboard, lambda told: [rank.user.id for rank in told.top] == ["bob-b"], since)
        since = len(bob.messages)
        assert 200 == await put(product, "/v1/me/boards", mine, {"shown": True})
        await bob.until(Leaderboard, lambda told: len(told.top) == 2, since)


@pytest.mark.parametrize(
    "path",
    ["/v1/rooms/main/leaderboard?period=year", "/v1/streamers/s/leaderboard?by=x", "/v1/streamers/s/leaderboard"],
)
async def test_what_is_no_board_is_refused(product: Product, path: str) -> None:
    """A period or an order that there is not, and a live without a room, are bad requests."""
    path, _, query = path.partition("?")
    more = dict([query.split("=")]) if query else {"period": "live"}
    assert "bad_request" == (await refusal(product, path, **more)).error


async def test_boards_are_the_streamers_choice(product: Product) -> None:
    """Nobody chooses what another streamer's boards go by."""
    room = await product.open_room("choice")
    path = f"/v1/rooms/{room}/leaderboard"
    for token in (product.token("other", "streamer"), product.token("streamer", "viewer")):
        assert 403 == await put(product, path, token, {"by": "gifts"})
    assert 400 == await put(product, path, API_KEY, {"by": "age"})


async def test_the_tabs_of_the_board(browser: Browser, product: Product) -> None:
    """The room's board shows another period at a touch, and a person leaves the boards there."""
    product.wait_for_books()
    room = await product.open_room("tabs", "tabber")
    await product.grant("ann-t", 1000)
    async with product.join("ann-t", room) as ann:
        await ann.send_gift(new_id(), "swan")
        await board(product, f"/v1/rooms/{room}/leaderboard", ["ann-t"], period="all")
    async with room_page(browser, product, "ann-t", room, **PHONE) as tab:
        shown = tab.page.get_by_test_id("leaderboard")
        await tab.page.get_by_role("button", name="Top gifters").click()
        for period in ("All time", "Live"):
            await shown.get_by_text(period, exact=True).click()
            await expect(shown.locator("[data-user=ann-t]")).to_be_visible()
        await shown.get_by_test_id("board-leave").click()
        await expect(shown.locator("[data-user=ann-t]")).to_have_count(0)
        await shown.get_by_text("Week", exact=True).click()
        await expect(shown.get_by_test_id("board-leave")).to_have_text("Put me back on the boards")
        await expect(shown).to_have_attribute("data-rows", "0")
