"""The demo's checkout page in a real browser: every way to pay, what goes wrong, and the way back."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.edge.http.buying import CARD, WEBHOOK_SECRET, buy, deliver, make_tables
from tests.edge.http.tabs import PHONE, Tab, opened
from tests.edge.product import Product

SETTINGS = {"demo_webhook_secret": WEBHOOK_SECRET}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


@asynccontextmanager
async def checkout(browser: Browser, product: Product, user: str, **more: Any) -> AsyncIterator[Tab]:
    """The checkout of a purchase of 700 coins that leads back to the lobby."""
    purchase = (await buy(product, user, package="coins_700", return_url="/")).json()
    async with opened(browser, purchase["checkout_url"], **more) as tab:
        await expect(tab.page.get_by_test_id("pay")).to_be_visible()
        yield tab


async def number(tab: Tab, number: str) -> None:
    """Fills a number in by the tap that is offered."""
    await tab.page.locator(f"[data-number='{number}']").click()


async def test_a_card_pays(browser: Browser, product: Product) -> None:
    """It says what is paid and that nothing real moves; a tapped number pays, it leads back, and the coins come."""
    async with checkout(browser, product, "carded", **PHONE) as tab:
        page = tab.page
        await expect(page.get_by_test_id("order-coins")).to_have_text("700 coins")
        await expect(page.get_by_test_id("order-price")).to_have_text("$9.99")
        await expect(page.get_by_test_id("unreal")).to_contain_text("No card is charged")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await number(tab, CARD)
        await page.get_by_test_id("pay").click()
        await expect(page.get_by_test_id("done")).to_have_attribute("data-status", "paid")
        await page.wait_for_url(f"{product.url}/")
    await deliver(product, "carded", 700)


async def test_what_does_not_pay_is_said(browser: Browser, product: Product) -> None:
    """A number that is none, a declined card and a bank that is told "no" are alerts; after them another way pays."""
    async with checkout(browser, product, "declined") as tab:
        page, problem = tab.page, tab.page.get_by_test_id("pay-problem")
        await page.get_by_test_id("pay").click()
        await expect(problem).to_have_text("This is not a card's number.")
        await expect(problem).to_have_attribute("role", "alert")
        await number(tab, "4000000000000002")
        await page.get_by_test_id("pay").click()
        await expect(problem).to_have_text("Your card was declined.")
        await number(tab, "4000002500003155")
        await page.get_by_test_id("pay").click()
        await page.get_by_test_id("confirm-no").click()
        await expect(problem).to_have_text("Your bank did not agree.")
        await page.get_by_test_id("pay").click()
        await page.get_by_test_id("confirm-yes").click()
        await expect(page.get_by_test_id("done")).to_be_visible()
    await deliver(product, "declined", 700)


@pytest.mark.parametrize(("method", "status"), [("wallet", "paid"), ("account", "paid"), ("bank", "processing")])
async def test_other_ways_to_pay(browser: Browser, product: Product, method: str, status: str) -> None:
    """A wallet pays at once, an account after it was agreed to, a bank later; the coins come all the same."""
    async with checkout(browser, product, f"by-{method}") as tab:
        await tab.page.locator(".method", has=tab.page.get_by_test_id(f"method-{method}")).click()
        if method == "bank":
            await number(tab, "DE89370400440532013011")
        await tab.page.get_by_test_id("pay").click()
        if method == "account":
            await tab.page.get_by_test_id("confirm-yes").click()
        await expect(tab.page.get_by_test_id("done")).to_have_attribute("data-status", status)
    await deliver(product, f"by-{method}", 700)


async def test_a_checkout_is_over(browser: Browser, product: Product) -> None:
    """What was paid is not paid again, and a checkout that is none leads to the rooms."""
    purchase = (await buy(product, "twice", package="coins_700", return_url="/?paid")).json()
    session = purchase["checkout_url"].rpartition("/")[2]
    async with product.http() as http:
        await http.post(f"/v1/demo/checkouts/{session}", json={"method": "wallet"})
    await deliver(product, "twice", 700)
    async with opened(browser, purchase["checkout_url"], refused=[404]) as tab:
        await expect(tab.page.get_by_test_id("over")).to_contain_text("paid already")
        await expect(tab.page.get_by_role("link")).to_have_attribute("href", re.compile(r"/\?paid$"))
        await tab.page.goto(f"{product.url}/checkout/cs_demo_nothing")
        await expect(tab.page.get_by_test_id("over")).to_contain_text("no such checkout")
