"""Gifts as the pages show them, in a real browser on the real product."""

from __future__ import annotations

from typing import Any

from playwright.async_api import Browser, expect

from app.rules.messages import GiftAccepted
from tests.edge.client import Client
from tests.edge.http.tabs import room_page
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0}
# So light that a slow phone still scrolls and animates: an element costs whether it moves or not.
ELEMENTS_MAX = 1500


async def give(sender: Client, gift: str, **fields: Any) -> None:
    """Sends a gift that is accepted."""
    answer = await sender.send_gift(new_id(), gift, **fields)
    assert isinstance(answer, GiftAccepted), answer


async def test_a_storm_is_light(browser: Browser, product: Product) -> None:
    """With every gift sent and the comments full, the page has at most 1500 elements."""
    room = await product.open_room("storm")
    await product.grant("bob-storm", 10_000_000)
    async with room_page(browser, product, "ann", room) as ann, product.join("bob-storm", room) as bob:
        gifts = await ann.page.evaluate(
            "fetch('/v1/gifts').then((r) => r.json()).then((b) => b.gifts.map((g) => g.id))"
        )
        for gift in [*gifts, *gifts, *gifts]:
            await give(bob, gift)
            await bob.say({"type": "send_comment", "id": new_id(), "text": f"{gift}!"})
        await ann.shows_gifts(gifts[-1], 1)
        await expect(ann.page.locator("[data-testid=ribbon]")).to_have_count(2)

        assert await ann.page.locator("*").count() <= ELEMENTS_MAX
