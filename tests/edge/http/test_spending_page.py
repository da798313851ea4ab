"""The page of spending in a real browser, and what the room says before a limit is reached."""

from __future__ import annotations

import re

from playwright.async_api import APIResponse, Browser, Route, expect

from app.rules.messages import GiftAccepted
from tests.edge.client import eventually
from tests.edge.http.tabs import PHONE, WAIT_FOR_ANSWERS, opened, room_page
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0}


async def test_limits_and_a_break(browser: Browser, product: Product) -> None:
    """What was spent stands against the limits that are set here; a raise says from when on; a break is for good."""
    product.wait_for_books()
    room = await product.open_room("spent-here", "sol")
    await product.grant("ann", 1000)
    async with product.join("ann", room) as viewer:
        await viewer.send_gift(new_id(), "rose", quantity=80)
    address = f"{product.url}/spending#token={product.token('ann', country='DE', tz='Europe/Berlin')}"
    async with opened(browser, address, **PHONE) as tab:
        page = tab.page
        await expect(page.get_by_test_id("spent-today")).to_have_text("80")
        await expect(page.get_by_test_id("meter-day")).to_contain_text("No limit")
        await expect(page.get_by_test_id("plot")).to_have_attribute("aria-valuetext", re.compile("80 coins, 80 gifts"))
        await expect(page.get_by_test_id("ranks")).to_contain_text("Nova")
        await expect(page.get_by_test_id("sum")).to_contain_text("€")
        await page.get_by_test_id("limit-day").fill("1 00")
        await page.get_by_test_id("limit-gift").fill("five")
        await page.get_by_test_id("save-limits").click()
        await expect(page.get_by_test_id("limits-problem")).to_contain_text("whole number")
        await page.get_by_test_id("limit-gift").fill("")
        # What was asked for before, and is answered after, does not bring back what was.
        held: list[tuple[Route, APIResponse]] = []

        async def hold(route: Route) -> None:
            held.append((route, await route.fetch()))

        await page.evaluate(WAIT_FOR_ANSWERS)
        await page.route("**/v1/me/limits", hold, times=1)
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await eventually(lambda: held)
        await page.get_by_test_id("save-limits").click()
        await expect(page.get_by_test_id("meter-day")).to_contain_text("80 of 100")
        ((route, before),) = held
        async with page.expect_response("**/v1/me/limits"):
            await route.fulfill(response=before)
        await expect(page.get_by_test_id("meter-day")).to_contain_text("80 of 100")
        await page.get_by_test_id("limit-day").fill("500")
        await page.get_by_test_id("save-limits").click()
        await expect(page.get_by_test_id("pending")).to_contain_text("500")
        await expect(page.get_by_test_id("meter-day")).to_contain_text("80 of 100")
        await page.get_by_test_id("break-24h").click()
        await page.get_by_test_id("confirm-no").click()
        await expect(page.get_by_test_id("stop")).to_be_hidden()
        await page.get_by_test_id("break-24h").click()
        await page.get_by_test_id("confirm-yes").click()
        await expect(page.get_by_test_id("stop")).to_contain_text("break until")
        await page.reload()
        await expect(page.get_by_test_id("stop")).to_contain_text("break until")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_the_room_says_it_before(browser: Browser, product: Product) -> None:
    """The tray says what is left where a limit is near, and holds back what goes beyond; a reminder is a calm word."""
    room = await product.open_room("near", "sol")
    await product.grant("ben", 1000)
    async with product.http(product.token("ben")) as http:
        assert 200 == (await http.put("/v1/me/limits", json={"day": 100, "reminder_every": 85})).status_code
    async with product.join("ben", room) as viewer, room_page(browser, product, "ben", room, **PHONE) as tab:
        page = tab.page
        assert isinstance(await viewer.send_gift(new_id(), "rose", quantity=84), GiftAccepted)
        await tab.has_coins(916)
        await page.get_by_test_id("open-gifts").click()
        await expect(page.get_by_test_id("missing-words")).to_contain_text("16 coins left of your limit for today")
        await page.locator(".quantity", has_text="×99").click()
        await tab.send("rose")
        await expect(page.get_by_test_id("missing-words")).to_contain_text("16 coins left")
        await page.locator(".quantity", has_text="×1").first.click()
        await tab.send("rose")
        await expect(page.get_by_test_id("reminder")).to_contain_text("85 coins today")
        await page.get_by_test_id("go-on").click()
        await tab.has_coins(915)
        await expect(page.get_by_test_id("missing-words")).to_contain_text("15 coins left")
        async with product.http(product.token("ben")) as http:
            assert 200 == (await http.put("/v1/me/limits", json={"reminder_every": 5})).status_code
        assert isinstance(await viewer.send_gift(new_id(), "rose", quantity=5), GiftAccepted)
        # The page of one's spending is that of the same person.
        await page.get_by_role("link", name="Your spending").click()
        await expect(page.get_by_test_id("spent-today")).to_have_text("90")
