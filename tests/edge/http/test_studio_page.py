"""The studio in a real browser: a streamer runs the show from a phone, and the overlay obeys."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.rules.messages import CommentPosted, Error, GiftAccepted, ShoutOut
from app.rules.moderation import Muted, RoomRules
from tests.edge.http.tabs import PHONE, Tab, opened
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0, "workers": 2}
CLIPBOARD = ["clipboard-read", "clipboard-write"]
# How many sounds a page has started.
COUNT_SOUNDS = """
    const start = AudioScheduledSourceNode.prototype.start;
    globalThis.sounds = 0;
    AudioScheduledSourceNode.prototype.start = function (...when) {
      globalThis.sounds += 1;
      return start.apply(this, when);
    };
"""


@pytest.fixture(scope="module", autouse=True)
def books(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


@asynccontextmanager
async def studio(browser: Browser, product: Product, room: str, **more: Any) -> AsyncIterator[Tab]:
    """The studio of a room, by a link of the platform's."""
    address = f"{product.url}/studio/{room}#token={product.token('streamer', 'streamer')}"
    async with opened(browser, address, permissions=CLIPBOARD, **more) as tab:
        await expect(tab.page.get_by_test_id("line")).to_have_attribute("data-state", "open")
        yield tab


async def copied_address(tab: Tab) -> str:
    """The overlay's address, as one tap copies it."""
    page = tab.page
    await expect(page.get_by_test_id("overlay-address")).to_contain_text("#token=")
    await page.get_by_test_id("copy").click()
    await expect(page.get_by_test_id("copy")).to_have_text("Copied")
    address: str = await page.evaluate("navigator.clipboard.readText()")
    return address


async def rule(page: Page, part: str, value: str) -> None:
    """Sets a part of the chosen gift's rule; returns when the server has it."""
    async with page.expect_response("**/overlay"):
        await page.get_by_test_id(f"rule_{part}").select_option(value)


async def test_a_show_is_run_from_a_phone(browser: Browser, product: Product) -> None:
    """The streamer copies the address, tests a storm, changes a gift, pauses: the overlay obeys, and nothing counts."""
    room = await product.open_room("run")
    async with studio(browser, product, room, **PHONE) as desk:
        page = desk.page
        await page.locator("#desk-overlay-tab").click()
        address = await copied_address(desk)
        async with opened(browser, "about:blank") as overlay:
            await overlay.page.add_init_script(COUNT_SOUNDS)
            await overlay.page.goto(address)
            await expect(page.get_by_test_id("sources")).to_have_attribute("data-count", "1")
            await page.get_by_test_id("storm").click()
            await expect(overlay.page.get_by_test_id("ribbon").first).to_be_visible()
            await overlay.page.wait_for_function("() => globalThis.sounds > 0")
            await page.get_by_test_id("clear").click()
            await expect(overlay.page.get_by_test_id("ribbon")).to_have_count(0)
            await page.get_by_test_id("rule_about").select_option("gift:lion")
            await rule(page, "template", "ribbon")
            await rule(page, "sound", "off")
            await expect(page.get_by_test_id("rule")).to_have_count(1)
            sounds = await overlay.page.evaluate("globalThis.sounds")
            await page.get_by_test_id("test").click()
            await expect(overlay.page.locator("[data-testid=ribbon][data-gift=lion]")).to_be_visible()
            assert sounds == await overlay.page.evaluate("globalThis.sounds")
            await page.get_by_test_id("pause").click()
            await expect(overlay.page.locator("body")).to_have_attribute("data-paused", "true")
            await page.get_by_test_id("mute").click()
            await expect(overlay.page.locator("body")).to_have_attribute("data-volume", "0")
            async with page.expect_response("**/leaderboard"):
                await page.get_by_test_id("board_by").select_option("gifts")
            await page.get_by_test_id("widget-board").uncheck()
            await expect(overlay.page.locator("body")).to_have_attribute("data-off", "board")
            assert 0 == await overlay.page.get_by_test_id("ticker").locator("li").count()
    async with product.http() as http:
        board = (await http.get(f"/v1/rooms/{room}/leaderboard")).json()
    assert (0, "gifts") == (board["coins_total"], board["by"])


async def test_new_addresses_end_the_old_overlay(browser: Browser, product: Product) -> None:
    """A new address ends the overlay of the old one, which shows nothing any more; the new one works."""
    room = await product.open_room("rotate")
    async with studio(browser, product, room) as desk:
        old = await copied_address(desk)
        async with opened(browser, old) as overlay:
            body = overlay.page.locator("body")
            await expect(body).to_have_attribute("data-connection", "open")
            for _ in range(2):
                await desk.page.get_by_test_id("rotate").click()
            await expect(body).to_have_attribute("data-connection", "stopped")
            await expect(desk.page.get_by_test_id("overlay-address")).not_to_have_text(old)
            new = await desk.page.get_by_test_id("overlay-address").text_content()
            async with opened(browser, str(new)) as fresh:
                await expect(fresh.page.locator("body")).to_have_attribute("data-connection", "open")


async def test_gifts_goal_and_comments(browser: Browser, product: Product) -> None:
    """A goal is set and reached; words on gifts are read out, givers are thanked, a comment is taken back."""
    room = await product.open_room("desk")
    await product.grant("ann-desk", 1000)
    async with studio(browser, product, room, **PHONE) as desk, product.join("ann-desk", room) as ann:
        page = desk.page
        await page.get_by_test_id("goal-title").fill("A new lamp")
        await page.get_by_test_id("goal-target").fill("50")
        await page.get_by_test_id("goal_set").click()
        goal = page.get_by_test_id("goal")
        await expect(goal).to_have_attribute("data-progress", "0")
        assert isinstance(await ann.send_gift(new_id(), "crown", message="shine"), GiftAccepted)
        await expect(goal).to_have_attribute("data-reached", "true")
        await expect(page.get_by_test_id("studio-gift")).to_contain_text(["shine"])
        await page.get_by_test_id("shout-approve").check()
        await expect(page.get_by_test_id("shout-approve")).to_be_checked()
        async with page.expect_response("**/approve") as answer:
            await page.get_by_test_id("read-out").click()
        assert 202 == (await answer.value).status
        await page.get_by_test_id("thank").click()
        await expect(page.get_by_test_id("thank")).to_have_text("Thanked")
        assert "ann-desk" == (await ann.until(ShoutOut)).user.id
        await page.get_by_text("100 coins and more").click()
        await expect(page.get_by_test_id("studio-gift")).to_have_count(0)
        await page.get_by_test_id("goal_clear").click()
        await expect(goal).to_be_hidden()
        await ann.say({"type": "send_comment", "id": "c", "text": "rude words"})
        await page.get_by_test_id("remove-comment").click()
        await expect(page.get_by_test_id("studio-comment")).to_have_count(0)


async def test_a_room_is_kept_in_order(browser: Browser, product: Product) -> None:
    """Slow comments and a word hold at once; a comment with a link waits and is approved; a mute is lifted."""
    room = await product.open_room("order")
    async with studio(browser, product, room, **PHONE) as desk, product.join("ann-order", room) as ann:
        page = desk.page
        await page.locator("#desk-order-tab").click()
        await page.get_by_test_id("slow").fill("1")
        await page.get_by_test_id("slow").press("Enter")
        assert 1 == (await ann.until(RoomRules)).slow_s
        await page.get_by_test_id("word").fill("spoiler")
        await page.get_by_test_id("word_add").click()
        await expect(page.get_by_test_id("order-entry")).to_have_count(2)
        await expect(page.get_by_test_id("own-word")).to_contain_text(["spoiler"])
        await ann.say({"type": "send_comment", "id": "a", "text": "Sp0iler!"})
        assert "word_not_allowed" == (await ann.until(Error)).error
        await page.get_by_test_id("order_links").select_option("hold")
        await expect(page.get_by_test_id("order-entry").first).to_contain_text("Links in comments: Hold")
        await ann.say({"type": "send_comment", "id": "b", "text": "see www.example.com"})
        await ann.until(Error, lambda error: error.error == "comment_held")
        await expect(page.get_by_test_id("held")).to_contain_text(["see www.example.com"])
        await page.get_by_test_id("held-approve").click()
        assert "see www.example.com" == (await ann.until(CommentPosted)).text
        await expect(page.get_by_test_id("held")).to_have_count(0)
        await page.locator("#desk-live-tab").click()
        await page.get_by_test_id("moderate").click()
        await page.get_by_test_id("mute-10").click()
        assert (await ann.until(Muted)).until_ms
        await page.locator("#desk-order-tab").click()
        await expect(page.get_by_test_id("kept-out")).to_contain_text(["ann-order"])
        await page.get_by_test_id("lift").click()
        await ann.until(Muted, lambda told: told.until_ms is None)
        await expect(page.get_by_test_id("kept-out")).to_have_count(0)
        entries = page.get_by_test_id("order-entry")
        await expect(entries).to_have_count(6)
        done = await entries.evaluate_all("rows => rows.map((row) => row.dataset.what)")
        assert ["unmute", "mute", "approve_comment", *["moderation"] * 3] == done
        await page.get_by_test_id("own-word").click()
        await expect(page.get_by_test_id("own-word")).to_have_count(0)
        await expect(page.get_by_test_id("slow")).to_have_value("1")


async def test_somebody_elses_studio(browser: Browser, product: Product) -> None:
    """Another streamer is told whose desk it is not; in the demo anyone may sit at its streamer's."""
    room = await product.open_room("foreign")
    async with opened(browser, f"{product.url}/studio/main") as tab:
        await tab.page.get_by_test_id("demo-streamer").click()
        await expect(tab.page.get_by_test_id("line")).to_have_attribute("data-state", "open")
    context = await browser.new_context()
    page = await context.new_page()
    await page.goto(f"{product.url}/studio/{room}#token={product.token('other', 'streamer')}")
    await expect(page.get_by_test_id("problem")).to_have_text("This is somebody else's room.")
    await context.close()
