"""Coins bought from the viewer's page in a real browser: chosen, paid, awaited and spent."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.edge.http.buying import CARD, WEBHOOK_SECRET, deliver, make_tables
from tests.edge.http.tabs import PHONE, opened, room_page
from tests.edge.product import Product

SETTINGS = {"gift_rate": 0, "demo_webhook_secret": WEBHOOK_SECRET}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def pay(page: Page) -> None:
    """Pays at the checkout, and is led back."""
    await page.locator(f"[data-number='{CARD}']").click()
    await page.get_by_test_id("pay").click()
    await page.wait_for_url("**/room/*")


async def test_a_package_is_bought_and_spent(browser: Browser, product: Product) -> None:
    """From the balance to the sheet, the checkout and back; coins are awaited till the server has them, then spent."""
    room = await product.open_room("shop")
    async with room_page(browser, product, "buyer", room, **PHONE) as tab:
        page = tab.page
        await page.get_by_test_id("open-gifts").click()
        await expect(tab.gift("rose")).to_contain_text("$0.02")
        await page.get_by_test_id("get-coins").click()
        await expect(page.get_by_test_id("policy")).to_contain_text("No refunds")
        await expect(page.locator("[data-package=coins_1400]")).to_contain_text("+ 140 coins bonus")
        await page.locator("[data-package=coins_700]").click()
        await pay(page)
        await deliver(product, "buyer", 700)
        await tab.has_coins(700)
        await expect(page.get_by_test_id("bought")).to_contain_text("700 coins are here")
        await tab.send("rose")
        await tab.has_coins(699)


async def test_exactly_what_is_missing_in_one_tap(browser: Browser, product: Product) -> None:
    """A gift that cannot be paid says what is missing and what can be undone; one tap buys exactly that."""
    room = await product.open_room("short")
    await product.grant("short", 900)
    token = product.token("short", country="DE")
    async with opened(browser, f"{product.url}/room/{room}#token={token}") as tab:
        await tab.has_coins(900)
        await expect(tab.gift("rose")).to_contain_text("€")
        await tab.page.get_by_role("tab", name="Grand").click()
        await tab.send("galaxy")
        await expect(tab.page.get_by_test_id("missing")).to_contain_text("within 14 days")
        await tab.page.get_by_test_id("get-missing").click()
        await expect(tab.page.get_by_test_id("order-coins")).to_have_text("100 coins")
        await pay(tab.page)
        await deliver(product, "short", 1000)
        await tab.has_coins(1000)


async def test_a_purchase_without_an_answer_is_asked_for_again(browser: Browser, product: Product) -> None:
    """Where the answer was lost, the next tap, after a reload too, goes out under the same key: one purchase."""
    keys: list[str] = []

    async def lose_the_first(route: Route) -> None:
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) == 1:
            await route.fetch()
            await route.abort("connectionreset")
        else:
            await route.continue_()

    async with room_page(browser, product, "unlucky", "main", server_dies=True) as tab:
        await tab.page.route("**/v1/me/purchases", lose_the_first)
        await tab.page.get_by_test_id("get-coins").click()
        await tab.page.locator("[data-package=coins_70]").click()
        await expect(tab.page.get_by_test_id("recharge-problem")).to_contain_text("nothing is paid twice")
        await tab.page.reload()
        await tab.page.get_by_test_id("get-coins").click()
        await tab.page.locator("[data-package=coins_70]").click()
        await expect(tab.page.get_by_test_id("order-coins")).to_have_text("70 coins")
    async with product.http(product.token("unlucky")) as http:
        assert 1 == len((await http.get("/v1/me/purchases")).json()["purchases"])
    assert 1 == len(set(keys))
    assert 2 == len(keys)
