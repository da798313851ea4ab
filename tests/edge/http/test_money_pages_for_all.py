"""Wallet and earnings for everybody: large letters on a small phone, the system's own colours, by keyboard alone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, tell
from tests.edge.http.earning import earn, put_profile
from tests.edge.http.tabs import Tab, opened
from tests.edge.http.test_pages_for_all import CUT_OFF, UNNAMED
from tests.edge.product import Product

SETTINGS = {"gift_rate": 0, "request_rate": 0, "hold_s": 0, "demo_webhook_secret": WEBHOOK_SECRET}
SMALL_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}


@pytest.fixture(scope="module", autouse=True)
async def money(product: Product) -> None:
    """A viewer who has bought coins, and a streamer with a tax profile who has diamonds to be paid out."""
    product.wait_for_books()
    purchase = (await buy(product, "buyer", package="coins_700", country="DE")).json()
    await tell(product, event(purchase))
    await earn(product, "sol")
    await put_profile(product, "sol")


def wallet(product: Product) -> str:
    """The address of the viewer's wallet."""
    return f"{product.url}/wallet#token={product.token('buyer', country='DE')}"


def earnings(product: Product) -> str:
    """The address of the streamer's earnings."""
    return f"{product.url}/earnings#token={product.token('sol', 'streamer')}"


async def fits(tab: Tab) -> None:
    """Nothing is cut off or stands beside the screen, and everything has the name that is written on it."""
    assert [] == await tab.page.evaluate(CUT_OFF)
    assert [] == await tab.page.evaluate(UNNAMED)
    assert await tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_letters_of_twice_the_size_fit(browser: Browser, product: Product) -> None:
    """With letters at 200 % on a small phone all of both pages is there, the steps of a payout and a receipt too."""
    async with opened(browser, wallet(product), **SMALL_PHONE) as tab:
        await expect(tab.page.get_by_test_id("line").first).to_be_visible()
        await tab.letters(32)
        await fits(tab)
        await tab.page.get_by_role("tab", name="Purchases").click()
        await expect(tab.page.get_by_test_id("give-back")).to_be_visible()
        await fits(tab)
        await tab.page.get_by_test_id("receipt").click()
        await expect(tab.page.get_by_test_id("receipt-page")).to_be_visible()
        await fits(tab)
    spending = wallet(product).replace("/wallet", "/spending")
    async with opened(browser, spending, **SMALL_PHONE) as tab:
        await expect(tab.page.locator(".plot-bar").first).to_be_attached()
        await tab.letters(32)
        await fits(tab)
    async with opened(browser, earnings(product), **SMALL_PHONE) as tab:
        await expect(tab.page.locator(".plot-bar").first).to_be_attached()
        await tab.letters(32)
        await fits(tab)
        await tab.page.get_by_test_id("get-paid").click()
        for _ in range(2):
            await fits(tab)
            await tab.page.get_by_test_id("step-next").click()
        await expect(tab.page.get_by_test_id("to")).to_be_visible()
        await fits(tab)


async def test_by_keyboard_alone(browser: Browser, product: Product) -> None:
    """The arrows go from tab to tab and from filter to filter; a payout's steps take and give back the focus."""
    async with opened(browser, wallet(product)) as tab:
        page = tab.page
        await page.get_by_role("tab", name="History").focus()
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("tab", name="Purchases")).to_be_focused()
        await expect(page.get_by_test_id("purchase")).to_be_visible()
        await page.keyboard.press("Home")
        await page.keyboard.press("Tab")
        await page.keyboard.press("ArrowRight")
        await expect(page.get_by_role("radio", name="Spent")).to_be_checked()
        await expect(page.get_by_text("Nothing of this kind yet.")).to_be_visible()
    async with opened(browser, earnings(product), refused=[409]) as tab:
        page = tab.page
        await page.get_by_test_id("get-paid").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("amount")).to_be_focused()
        await page.get_by_test_id("amount").fill("1")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("payout-problem")).to_have_text(
            "At least $10.00 is paid out at once. $10.00 is missing."
        )
        await page.get_by_test_id("amount").fill("2,000")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("heading", name="What you get")).to_be_focused()
        await page.keyboard.press("Escape")
        await expect(page.get_by_test_id("get-paid")).to_be_focused()


async def test_the_system_s_own_colours(browser: Browser, product: Product) -> None:
    """With forced colours the chosen tab, filter and day are seen, and so is each bar."""
    alike = """(pairs) => pairs.filter((pair) => {
      const [one, other] = pair.map(([selector, name]) => getComputedStyle(document.querySelector(selector))[name]);
      return one === other;
    })"""
    ground = "backgroundColor"
    async with opened(browser, wallet(product), forced_colors="active") as tab:
        await expect(tab.page.get_by_test_id("line").first).to_be_visible()
        pairs = [
            [[".tab[aria-selected=true]", ground], [".tab[aria-selected=false]", ground]],
            [[".chip :checked + span", ground], [".chip :not(:checked) + span", ground]],
        ]
        assert [] == await tab.page.evaluate(alike, pairs)
    async with opened(browser, earnings(product), forced_colors="active") as tab:
        await expect(tab.page.locator(".plot-bar").first).to_be_attached()
        pairs = [
            [[".plot-bar.is-chosen", "fill"], [".plot-bar:not(.is-chosen)", "fill"]],
            [[".plot-bar", "fill"], ["body", ground]],
        ]
        assert [] == await tab.page.evaluate(alike, pairs)
