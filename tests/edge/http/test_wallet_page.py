"""The wallet's page in a real browser: what is there, what moved, what was bought, receipts, the way to more coins."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.edge.http.axe import complaints
from tests.edge.http.buying import CARD, WEBHOOK_SECRET, buy, event, tell
from tests.edge.http.tabs import PHONE, Tab, opened, room_page
from tests.edge.http.test_unusual import HOME, OTHER, SMALL, purchase
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {
    "demo_webhook_secret": WEBHOOK_SECRET,
    "gift_rate": 0,
    "seller": "Night Stage GmbH; VAT DE123456789",
    "trusted_proxies": "127.0.0.1",
}
LINES = 25


@pytest.fixture(scope="module", autouse=True)
def books(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


@asynccontextmanager
async def wallet(browser: Browser, product: Product, user: str, **more: Any) -> AsyncIterator[Tab]:
    """The wallet's page, by a link of the platform's."""
    claims = {"country": more.pop("country")} if "country" in more else {}
    async with opened(browser, f"{product.url}/wallet#token={product.token(user, **claims)}", **more) as tab:
        yield tab


async def bought(product: Product, user: str, **wanted: Any) -> dict[str, Any]:
    """A purchase that was paid and credited."""
    purchase: dict[str, Any] = (await buy(product, user, package="coins_700", **wanted)).json()
    await tell(product, event(purchase, payment_intent=f"pi_{user}"))
    return purchase


async def in_the_books(product: Product, user: str, lines: int) -> None:
    """Returns when the history has so many lines."""
    async with product.http(product.token(user)) as http, asyncio.timeout(30):
        while len((await http.get("/v1/me/statement?limit=100")).json()["entries"]) < lines:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_every_coin_is_told(browser: Browser, product: Product) -> None:
    """The balance, what was spent today, each gift with its receiver, page after page, one kind alone, and a file."""
    room = await product.open_room("told")
    await bought(product, "teller")
    async with product.join("teller", room) as viewer:
        for _ in range(LINES):
            await viewer.send_gift(new_id(), "heart", quantity=2)
    await in_the_books(product, "teller", LINES + 1)
    async with wallet(browser, product, "teller", **PHONE) as tab:
        page, lines = tab.page, tab.page.get_by_test_id("line")
        await expect(page.get_by_test_id("purse")).to_have_attribute("data-coins", "450")
        await expect(page.get_by_test_id("spent-today")).to_have_text("250 spent today")
        await expect(lines.first).to_contain_text("Heart ×2")
        await expect(lines.first).to_contain_text("to Nova")
        await expect(lines.first).to_contain_text("\u221210")
        await page.mouse.wheel(0, 9000)
        await expect(lines).to_have_count(LINES + 1)
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.locator(".chip", has_text="Bought").click()
        await expect(lines).to_have_count(1)
        async with page.expect_download() as download:
            await page.get_by_test_id("csv").click()
        assert "statement.csv" == (await download.value).suggested_filename
        assert "#" not in page.url


async def test_a_purchase_is_given_back(browser: Browser, product: Product) -> None:
    """Where the country has the right, unused coins go back after a question; the purchase and the balance say so."""
    await bought(product, "regret", country="DE")
    await in_the_books(product, "regret", 1)
    async with wallet(browser, product, "regret", country="DE") as tab:
        page = tab.page
        await page.get_by_role("tab", name="Purchases").click()
        await page.get_by_test_id("give-back").click()
        await page.get_by_test_id("confirm-yes").click()
        await expect(page.get_by_test_id("purchase")).to_have_attribute("data-status", "refunded")
        await expect(page.get_by_test_id("purse")).to_have_attribute("data-coins", "0")
        await expect(page.get_by_test_id("give-back")).to_have_count(0)


async def test_a_receipt_is_printed(browser: Browser, product: Product) -> None:
    """A receipt names the seller, the tax and the total, and its printed page has nothing else; no refunds is said."""
    await bought(product, "printer", country="JP")
    await in_the_books(product, "printer", 1)
    async with wallet(browser, product, "printer", country="JP") as tab:
        page = tab.page
        await page.get_by_role("tab", name="Purchases").click()
        await expect(page.get_by_test_id("purchase")).to_contain_text("No refunds")
        await page.get_by_test_id("receipt").click()
        sheet = page.get_by_test_id("receipt-page")
        for words in ("Night Stage GmbH", "VAT DE123456789", "Printer", "700 coins", "Total paid"):
            await expect(sheet).to_contain_text(words)
        await page.emulate_media(media="print")
        await expect(page.locator(".money-head")).to_be_hidden()
        await expect(page.get_by_test_id("print")).to_be_hidden()
        await expect(sheet).to_be_visible()


async def test_a_debt_is_said(browser: Browser, product: Product) -> None:
    """Who owes coins after a payment was taken back reads what that means; a wallet without a line says what to do."""
    room = await product.open_room("debt")
    purchase = await bought(product, "debtor")
    async with product.join("debtor", room) as viewer:
        await viewer.send_gift(new_id(), "rose", quantity=70)
    await tell(product, event(purchase, "charge.dispute.created", payment_intent="pi_debtor", status="needs_response"))
    async with wallet(browser, product, "debtor") as tab:
        await expect(tab.page.get_by_test_id("debt")).to_contain_text("You owe 70 coins")
    async with wallet(browser, product, "nobody-yet") as tab:
        await expect(tab.page.get_by_text("Nothing has moved yet")).to_be_visible()


async def test_an_unusual_purchase_is_told(browser: Browser, product: Product) -> None:
    """The room says at once that coins were bought elsewhere; the wallet says when, how much and what to do, until the
    person says that it was them."""
    room = await product.open_room("unusual")
    await purchase(product, "una", HOME, SMALL)
    async with room_page(browser, product, "una", room) as tab:
        await purchase(product, "una", OTHER, "coins_3500")
        await expect(tab.page.get_by_test_id("toast")).to_contain_text("from a new place on the network")
    async with wallet(browser, product, "una", **PHONE) as tab:
        page, notice = tab.page, tab.page.get_by_test_id("unusual")
        await expect(notice).to_contain_text("coins for $")
        await expect(page.get_by_test_id("unusual-safety")).to_have_attribute("href", "/safety")
        await expect(page.get_by_test_id("line").first).to_be_visible()
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert [] == await complaints(page)
        await page.get_by_test_id("unusual-mine").click()
        await expect(notice).to_have_count(0)
        await page.reload()
        await expect(page.get_by_test_id("purse")).to_be_visible()
        await expect(notice).to_have_count(0)


async def test_from_the_room_to_the_checkout_and_back(browser: Browser, product: Product) -> None:
    """The room leads to the wallet of the same person; coins are bought there, and paying leads back to it."""
    room = await product.open_room("leads")
    async with opened(browser, f"{product.url}/room/{room}#token={product.token('walker')}") as tab:
        page = tab.page
        await page.get_by_test_id("get-coins").click()
        await page.get_by_test_id("to-wallet").click()
        await page.wait_for_url(f"{product.url}/wallet")
        await expect(page.get_by_test_id("purse")).to_contain_text("Walker")
        await page.get_by_test_id("get-coins").click()
        await page.locator("[data-package=coins_70]").click()
        await page.locator(f"[data-number='{CARD}']").click()
        await page.get_by_test_id("pay").click()
        await page.wait_for_url(f"{product.url}/wallet")
        await expect(page.get_by_test_id("purse")).to_have_attribute("data-coins", "70")


async def test_who_has_no_wallet_picks_a_name(browser: Browser, product: Product) -> None:
    """In the demo a name opens a wallet; a token that has run out is said in words."""
    async with opened(browser, f"{product.url}/wallet", **PHONE) as tab:
        await tab.page.get_by_test_id("name-field").fill("Zoë")
        await tab.page.get_by_test_id("join").click()
        await expect(tab.page.get_by_test_id("purse")).to_have_attribute("data-coins", "5000")
    late = f"{product.url}/wallet#token={product.token('late', for_s=-1)}"
    async with opened(browser, late, refused=[401]) as tab:
        await expect(tab.page.get_by_test_id("problem")).to_contain_text("Your login has run out")
