"""Gifts as the pages show them, in a real browser on the real product."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.rules.messages import GiftAccepted
from tests.edge.client import Client
from tests.edge.http.tabs import PHONE, WITHIN_MS, opened, overlay_address, room_page
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0}
# So light that a slow phone still scrolls and animates: an element costs whether it moves or not.
ELEMENTS_MAX = 1500


async def give(sender: Client, gift: str, **fields: Any) -> None:
    """Sends a gift that is accepted."""
    answer = await sender.send_gift(new_id(), gift, **fields)
    assert isinstance(answer, GiftAccepted), answer


# The boxes of the caption and of two ribbons, at a moment when they stand still; null at any other.
BOXES = """() => {
    const nodes = document.querySelectorAll('[data-testid=caption], [data-testid=ribbon]');
    if (nodes.length !== 3 || document.getAnimations().some(({ playState }) => playState === 'running')) return null;
    return [...nodes].map((node) => {
      const { left, right, top, bottom } = node.getBoundingClientRect();
      return { name: node.dataset.testid, left, right, top, bottom };
    });
}"""


# The upper and lower edges of elements, and the lanes that ribbons come in.
EDGES = "(selectors) => selectors.map((selector) => document.querySelector(selector).getBoundingClientRect().toJSON())"
LANES = (".ribbon-lane:first-child", ".ribbon-lane:last-child")


@asynccontextmanager
async def overlay_page(browser: Browser, product: Product, room: str, width: int, height: int) -> AsyncIterator[Page]:
    """The overlay of a room, in a window of that size."""
    window: dict[str, Any] = {"viewport": {"width": width, "height": height}}
    async with opened(browser, overlay_address(product, room), **window) as tab:
        await expect(tab.page.locator("body")).to_have_attribute("data-connection", "open")
        yield tab.page


async def shows_caption(page: Page, gift: str, *parts: str) -> None:
    """Returns when the caption says of this gift what it should."""
    caption = page.get_by_test_id("caption")
    await expect(caption).to_have_attribute("data-gift", gift)
    for part in parts:
        await expect(caption).to_contain_text(part)


def boxes_of(page: Page) -> asyncio.Future[Any]:
    """Looks for the caption and two ribbons at rest, which do not stay for long: begun before they come."""
    return asyncio.ensure_future(page.wait_for_function(BOXES, timeout=WITHIN_MS))


async def nothing_lies_over_the_caption(page: Page, found: asyncio.Future[Any]) -> None:
    """While it is up with two ribbons, the caption is whole in the window, and neither reaches it."""
    boxes = await (await found).json_value()
    (caption,) = (box for box in boxes if box["name"] == "caption")
    window = page.viewport_size
    assert window
    assert 0 <= caption["left"] < caption["right"] <= window["width"]
    assert 0 <= caption["top"] < caption["bottom"] <= window["height"]
    assert all(
        box["bottom"] <= caption["top"] or caption["bottom"] <= box["top"] for box in boxes if box is not caption
    )


@pytest.mark.parametrize(("tray", "letters_px"), [("closed", 16), ("open", 16), ("closed", 32), ("open", 32)])
async def test_a_banner_says_who_gave_it(browser: Browser, product: Product, tray: str, letters_px: int) -> None:
    """On a phone a banner's caption has the name, the gift, how many and the words; no ribbon lies over it."""
    room = await product.open_room(f"caption-{tray}-{letters_px}")
    await product.grant("bob-caption", 100_000)
    async with room_page(browser, product, "ann", room, **PHONE) as ann, product.join("bob-caption", room) as bob:
        await ann.letters(letters_px)
        if tray == "open":
            await ann.page.get_by_test_id("open-gifts").click()
        found = boxes_of(ann.page)
        await give(bob, "guitar", quantity=8, message="For the best singer of them all, from Lisbon with love")
        await give(bob, "rose")
        await give(bob, "heart")
        await shows_caption(ann.page, "guitar", "Bob-Caption", "sent Guitar", "×8", "from Lisbon with love")

        await nothing_lies_over_the_caption(ann.page, found)


@pytest.mark.parametrize(("screen", "letters_px"), [((844, 390), 16), ((844, 390), 32), ((568, 320), 32)])
async def test_ribbons_keep_clear_of_the_bar(
    browser: Browser, product: Product, screen: tuple[int, int], letters_px: int
) -> None:
    """On a phone held across, with large letters too, two ribbons stand between the bar and the field to write in."""
    room = await product.open_room(f"low-{screen[0]}-{letters_px}")
    await product.grant("bob-low", 100)
    low = {**PHONE, "viewport": {"width": screen[0], "height": screen[1]}}
    async with room_page(browser, product, "ann", room, **low) as ann, product.join("bob-low", room) as bob:
        await ann.letters(letters_px)
        await give(bob, "rose")
        await give(bob, "heart")
        await expect(ann.page.get_by_test_id("ribbon")).to_have_count(2)
        bar, first, second, field = await ann.page.evaluate(EDGES, ["#bar", *LANES, ".composer"])

    assert bar["bottom"] <= first["top"] + 1
    assert first["bottom"] <= second["top"]
    assert second["bottom"] <= field["top"] + 1


@pytest.mark.parametrize("size", [(1920, 1080), (1080, 1920), (800, 600)], ids=str)
async def test_the_overlay_says_who_gave_it(browser: Browser, product: Product, size: tuple[int, int]) -> None:
    """In OBS, whatever the size, a caption names the sender, clear of the ribbons."""
    width, height = size
    room = await product.open_room(f"caption-{width}-{height}")
    await product.grant("bob-overlay", 100_000)
    async with overlay_page(browser, product, room, width, height) as overlay, product.join("bob-overlay", room) as bob:
        found = boxes_of(overlay)
        await give(bob, "firework", message="For the best singer of them all, from Lisbon with love")
        await give(bob, "rose")
        await give(bob, "heart")
        await shows_caption(overlay, "firework", "Bob-Overlay", "sent Firework", "from Lisbon with love")

        await nothing_lies_over_the_caption(overlay, found)


async def test_the_board_makes_way_for_a_scene(browser: Browser, product: Product) -> None:
    """In OBS the leaderboard is there, and fades while a scene plays."""
    room = await product.open_room("board")
    await product.grant("bob-board", 100_000)
    async with overlay_page(browser, product, room, 800, 600) as overlay, product.join("bob-board", room) as bob:
        board = overlay.get_by_test_id("leaderboard")
        await give(bob, "rose")
        await expect(board).to_have_attribute("data-rows", "1")
        await expect(board).to_have_css("opacity", "1")
        await give(bob, "galaxy")
        await shows_caption(overlay, "galaxy", "Bob-Board")
        await expect(board).to_have_css("opacity", "0")


async def test_a_scene_has_the_screen_to_itself(browser: Browser, product: Product) -> None:
    """While a scene plays others' small gifts wait; the person's own answers them at once."""
    room = await product.open_room("hold")
    await product.grant("bob-hold", 100_000)
    async with room_page(browser, product, "ann-hold", room) as ann, product.join("bob-hold", room) as bob:
        await product.grant("ann-hold", 100)
        await give(bob, "lion")
        await shows_caption(ann.page, "lion", "Bob-Hold")
        await give(bob, "heart")
        await ann.shows_gifts("heart", 1)
        await ann.send("rose")
        await expect(ann.page.locator("[data-testid=ribbon][data-sender=ann-hold]")).to_be_visible()

        assert 1 == await ann.page.get_by_test_id("ribbon").count()
        await expect(ann.page.locator("body")).to_have_attribute("data-scene", "lion")


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
