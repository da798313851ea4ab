"""A visit and a show by keyboard alone: real key presses, from the top of each page, every stop seen."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from tests.edge.http.buying import CARD
from tests.edge.http.tabs import opened
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0, "request_rate": 0}
STOPS_MAX = 80
# Whether whoever cannot point sees where they are: a ring, on the element or on what stands for it, within the screen.
SEEN = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return '';
  const ringed = (node) => {
    const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(node);
    return (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none';
  };
  const shown = [at, at.nextElementSibling, at.closest('label')].filter(Boolean).find(ringed);
  const box = shown?.getBoundingClientRect();
  const inside = box && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return inside ? '' : at.outerHTML.slice(0, 200);
}"""


@pytest.fixture(scope="module", autouse=True)
def books(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


async def reach(page: Page, selector: str, key: str = "Tab") -> None:
    """Presses Tab until this has the focus; no stop on the way is unseen."""
    wanted = page.locator(selector).first
    await expect(wanted).to_be_visible()
    unseen: list[str] = []
    for _ in range(STOPS_MAX):
        if await wanted.evaluate(
            "(node) => node === document.activeElement || node.control === document.activeElement"
        ):
            assert [] == unseen
            return
        await page.keyboard.press(key)
        if found := await page.evaluate(SEEN):
            unseen.append(found)
    raise AssertionError(f"{selector} cannot be reached")


async def press(page: Page, selector: str) -> None:
    """Reaches it, and presses Enter."""
    await reach(page, selector)
    await page.keyboard.press("Enter")


async def write(page: Page, selector: str, words: str) -> None:
    """Reaches a field and types into it."""
    await reach(page, selector)
    await page.keyboard.type(words)


def of(name: str) -> str:
    """The selector of a test id."""
    return f"[data-testid={name}]"


async def test_a_visit(browser: Browser, product: Product) -> None:
    """Somebody takes a name, enters a room, says something, gives, chooses coins and pays, without ever pointing."""
    async with opened(browser, f"{product.url}/") as tab:
        page = tab.page
        await write(page, of("name-field"), "Kay")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/room/*")
        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await write(page, of("comment-field"), "No mouse")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("comment").last).to_contain_text("No mouse")
        await reach(page, "[role=tab][aria-selected=true]")
        await press(page, "[role=tabpanel]:not([hidden]) [data-gift=rose]")
        await tab.shows_gifts("rose", 1)
        await reach(page, of("get-coins"), "Shift+Tab")
        await page.keyboard.press("Enter")
        await press(page, "[data-package=coins_70]")
        await page.wait_for_url("**/checkout/*")
        await write(page, of("number-card"), CARD)
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("done")).to_have_attribute("data-status", "paid")
        await page.keyboard.press("Tab")
        await page.keyboard.press("Enter")
        await page.wait_for_url("**/room/*")


async def test_a_show(browser: Browser, product: Product) -> None:
    """A streamer sets a goal, thanks, takes words back, copies the address, changes a gift and tests a storm."""
    room = await product.open_room("keys")
    await product.grant("ann-keys", 100)
    address = f"{product.url}/studio/{room}#token={product.token('streamer', 'streamer')}"
    narrow: dict[str, Any] = {"viewport": {"width": 390, "height": 844}}
    copying = ["clipboard-read", "clipboard-write"]
    async with opened(browser, address, permissions=copying, **narrow) as tab, product.join("ann-keys", room) as ann:
        page = tab.page
        await expect(page.get_by_test_id("line")).to_have_attribute("data-state", "open")
        await ann.send_gift(new_id())
        await ann.say({"type": "send_comment", "id": new_id(), "text": "rude words"})
        await press(page, of("thank"))
        await expect(page.get_by_test_id("thank")).to_have_text("Thanked")
        await write(page, of("goal-title"), "A lamp")
        await write(page, of("goal-target"), "50")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("goal")).to_have_attribute("data-progress", "0")
        await press(page, of("remove-comment"))
        await expect(page.get_by_test_id("studio-comment")).to_have_count(0)
        await reach(page, "#desk-live-tab", "Shift+Tab")
        await page.keyboard.press("ArrowRight")
        await reach(page, of("rule_sound"))
        await page.keyboard.press("ArrowDown")
        await expect(page.get_by_test_id("rule")).to_have_count(1)
        async with page.expect_response("**/overlay/commands") as answer:
            await press(page, of("storm"))
        assert (await answer.value).ok
        await press(page, of("copy"))
        await expect(page.get_by_test_id("copy")).to_have_text("Copied")
