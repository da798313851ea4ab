"""The page of earnings in a real browser: the diamonds, the plot of days, who and what earned them."""

from __future__ import annotations

import asyncio
import os
import re

from msgspec import structs
from playwright.async_api import Browser, expect

from app.archive import cases
from app.rules.cases import Involved
from tests.edge.http.buying import books
from tests.edge.http.tabs import PHONE, opened
from tests.edge.product import Product
from tests.edge.site import new_id
from tests.rules.test_cases import OPEN

SETTINGS = {"gift_rate": 0, "hold_s": 0}


async def give(product: Product, streamer: str, user: str, gift: str, quantity: int) -> None:
    """Somebody gives a gift in the streamer's room, and its diamonds are available."""
    product.wait_for_books()
    await product.grant(user, 20_000)
    room = await product.open_room(f"room-{streamer}", streamer)
    async with product.join(user, room) as viewer:
        await viewer.send_gift(new_id(), gift, quantity=quantity)
    async with product.http(product.token(streamer, "streamer")) as http, asyncio.timeout(30):
        while (await http.get("/v1/me/earnings")).json()["available"] == "0":  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_what_was_earned(browser: Browser, product: Product) -> None:
    """A streamer sees the diamonds, their worth and what is missing, each day by the keys, and who gave most."""
    await give(product, "sol", "ann", "crown", 10)
    address = f"{product.url}/earnings#token={product.token('sol', 'streamer')}"
    async with opened(browser, address, **PHONE) as tab:
        page = tab.page
        await expect(page.get_by_test_id("available")).to_have_text("990")
        await expect(page.get_by_test_id("totals")).to_contain_text("$4.95 before fee and tax")
        await expect(page.get_by_test_id("totals")).to_contain_text("1,010 diamonds more")
        await expect(page.get_by_test_id("get-paid")).to_be_disabled()
        await expect(page.get_by_test_id("plot-value")).to_have_text("990")
        plot = page.get_by_test_id("plot")
        await plot.focus()
        await page.keyboard.press("ArrowLeft")
        await expect(page.get_by_test_id("plot-value")).to_have_text("0")
        await page.keyboard.press("End")
        await expect(plot).to_have_attribute("aria-valuetext", re.compile("990 diamonds, 10 gifts from 1 person"))
        await expect(page.get_by_test_id("gifters")).to_contain_text("Ann")
        await expect(page.get_by_test_id("gifts")).to_contain_text("Crown")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        async with page.expect_download() as download:
            await page.get_by_test_id("csv").last.click()
        assert re.fullmatch(r"tax-20\d\d\.csv", (await download.value).suggested_filename)


async def test_the_demo_has_a_streamer(browser: Browser, product: Product) -> None:
    """Nobody's tab is offered the demo's streamer, who reads what to do first."""
    product.wait_for_books()
    async with opened(browser, f"{product.url}/earnings") as tab:
        await tab.page.get_by_test_id("demo-streamer").click()
        await expect(tab.page.get_by_test_id("totals")).to_contain_text("Go live in a room")
        await tab.page.reload()
        await expect(tab.page.get_by_test_id("totals")).to_contain_text("Nova")


async def test_what_is_under_review_is_answered(browser: Browser, product: Product) -> None:
    """A streamer sees how much stays pending and why, and says something, which stands there afterwards."""
    await give(product, "ida", "ann", "crown", 1)
    with books(product) as archive:
        archive.write_now(cases.put, structs.replace(OPEN, id="c_page", reasons="fed_by_new"))
        archive.write_now(cases.put_people, [Involved(case_id="c_page", person="ida", part="suspect")])
    async with opened(browser, f"{product.url}/earnings#token={product.token('ida', 'streamer')}", **PHONE) as tab:
        review = tab.page.get_by_test_id("review")
        await expect(review).to_contain_text("diamonds are under review")
        await expect(review).to_contain_text("fed_by_new Accounts that began together")
        await tab.page.get_by_test_id("review-answer").fill("They are my cousins.")
        await review.get_by_role("button").click()
        await expect(tab.page.get_by_text("Your answer was sent.")).to_be_visible()
        await tab.page.reload()
        await expect(tab.page.get_by_test_id("review-answer")).to_have_value("They are my cousins.")
        assert await tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        if shots := os.environ.get("SHOTS"):
            await tab.page.screenshot(path=f"{shots}/review.png", full_page=True)
