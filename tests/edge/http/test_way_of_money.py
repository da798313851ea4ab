"""The whole way of money in a real browser: coins bought, given, earned and paid out; and the books are clean."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, Page, expect

from tests.edge.http.buying import CARD
from tests.edge.http.tabs import PHONE, Tab, opened
from tests.edge.product import Product

# Long enough to be seen pending, on a busy machine too.
SETTINGS = {"hold_s": 8}

PARTITIONS = (1, 4)


async def buy_coins(tab: Tab) -> None:
    """Buys 700 coins at the checkout, which leads back."""
    page, back = tab.page, tab.page.url
    await page.get_by_test_id("get-coins").click()
    await page.locator("[data-package=coins_700]").click()
    await page.locator(f"[data-number='{CARD}']").click()
    await page.get_by_test_id("pay").click()
    await page.wait_for_url(back)


async def ask_for_all(page: Page) -> None:
    """Asks for a payout of all that is available, in its three steps."""
    await page.get_by_test_id("get-paid").click()
    await page.get_by_test_id("step-next").click()
    # The first time: where taxes are paid.
    await page.get_by_test_id("country").select_option("US")
    await page.get_by_test_id("step-next").click()
    await expect(page.get_by_test_id("quote").locator("[data-step=net]")).to_contain_text("$")
    await page.get_by_test_id("step-next").click()
    await page.get_by_test_id("to").fill("nova@example.com")
    await page.get_by_test_id("step-next").click()


async def test_from_a_card_to_the_bank(browser: Browser, product: Product) -> None:
    """Coins are bought and given; the streamer sees them pending, then available, asks, is paid, and reads how."""
    product.wait_for_books()
    # Who asks for the first time is asked for a tax profile.
    async with opened(browser, f"{product.url}/", refused=[409], **PHONE) as tab:
        page = tab.page
        await page.get_by_test_id("name-field").fill("Zoë")
        await page.get_by_test_id("join").click()
        await page.wait_for_url("**/room/main")
        await tab.has_coins(5000)
        await page.get_by_test_id("open-gifts").click()
        await buy_coins(tab)
        await tab.has_coins(5700)
        await page.get_by_test_id("open-gifts").click()
        await page.get_by_role("tab", name="Grand").click()
        await tab.send("unicorn")
        await page.get_by_test_id("ask-yes").click()
        await tab.has_coins(700)
        await page.goto(f"{product.url}/earnings")
        await page.get_by_test_id("demo-streamer").click()
        await expect(page.get_by_test_id("pending")).to_have_attribute("data-diamonds", "5000")
        await expect(page.get_by_test_id("available")).to_have_text("5,000")
        await ask_for_all(page)
        await expect(page.get_by_test_id("payout")).to_have_attribute("data-status", "paid")
        await expect(page.get_by_test_id("paid")).to_have_attribute("data-diamonds", "5000")
        await page.get_by_test_id("statement").click()
        await expect(page.get_by_test_id("statement-page")).to_contain_text("Paid.")
    found = await asyncio.gather(
        *(asyncio.to_thread(product.run, "ledger", proof) for proof in ("verify", "reconcile"))
    )
    assert [True, True] == [proof["ok"] for proof in found], found
