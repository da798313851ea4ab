"""HTTP for what was given in a room, and thanks for it, on the pages too."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, expect

from app.rules.messages import GiftAccepted, ShoutOut
from app.rules.room_gifts import RoomGifts
from tests.edge.http.tabs import PHONE, opened, overlay_address
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

SETTINGS = {"gift_rate": 0, "workers": 2}


async def thank(product: Product, room: str, token: str, body: dict[str, Any]) -> tuple[int, Any]:
    """Status, and the answer or the slug."""
    async with product.http(token) as http:
        answer = await http.post(f"/v1/rooms/{room}/thanks", json=body)
    return answer.status_code, answer.json().get("error") or answer.json()


async def test_thanks_are_told_to_all(product: Product) -> None:
    """The room's streamer and the platform thank; everyone in the room hears of it once, and nobody else may."""
    room, gift = await product.open_room("thanks"), new_id()
    await product.grant("ann-thanks", 100)
    async with product.join("ann-thanks", room) as ann, product.join("bob", room) as bob:
        assert isinstance(await ann.send_gift(gift, "heart"), GiftAccepted)
        streamer = product.token("streamer", "streamer")
        status, answer = await thank(product, room, streamer, {"gift": gift, "text": "so kind"})
        assert (200, False, "so kind") == (status, answer["duplicate"], answer["text"])
        assert (await thank(product, room, API_KEY, {"gift": gift}))[1]["duplicate"]
        told = await bob.until(ShoutOut)
        assert ("ann-thanks", "so kind") == (told.user.id, told.text)
        assert 1 == len(bob.all_of(ShoutOut))
    (given,) = (await read(product, f"/v1/rooms/{room}/gifts", RoomGifts)).gifts
    assert (gift, "heart", True) == (given.id, given.gift, given.thanked)
    for token in (product.token("other", "streamer"), product.token("mo", "moderator"), product.token("ann-thanks")):
        assert (403, "forbidden") == await thank(product, room, token, {"gift": gift})
    for body, slug in (
        ({}, "bad_request"),
        ({"user": "nobody"}, "unknown_gift_send"),
        ({"gift": gift, "text": "x" * 121}, "bad_request"),
        ({"gift": gift, "text": "spam.com"}, "link_in_words"),
    ):
        assert slug == (await thank(product, room, API_KEY, body))[1]


async def test_thanks_on_screen(browser: Browser, product: Product) -> None:
    """Thanks stand large on a video's page and in the overlay, and mark the gift under the video for good."""
    room, gift = await product.open_room("thanked", kind="video"), new_id()
    await product.grant("ann-seen", 100)
    async with (
        opened(browser, f"{product.url}/video/{room}#token={product.token('bob')}", **PHONE) as page,
        opened(browser, overlay_address(product, room)) as overlay,
        product.join("ann-seen", room) as ann,
    ):
        await expect(overlay.page.locator("body")).to_have_attribute("data-connection", "open")
        await ann.send_gift(gift, "heart")
        await expect(page.page.get_by_test_id("given-gift")).to_have_count(1)
        await thank(product, room, API_KEY, {"gift": gift, "text": "so kind"})
        for tab in (page, overlay):
            await expect(tab.page.get_by_test_id("shout-out")).to_contain_text("Ann-Seen")
            await expect(tab.page.get_by_test_id("shout-out")).to_contain_text("so kind")
        await expect(page.page.get_by_test_id("thanked")).to_have_count(1)
        await page.page.reload()
        await expect(page.page.get_by_test_id("thanked")).to_have_count(1)
