"""Every page in every language on a small phone: nothing stands beside the screen, whatever it is called."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.edge.http.assets import FOLDER
from app.edge.http.languages import ENGLISH, languages
from app.edge.http.pages import PAGES
from app.rules.demo_checkout import session_of
from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, tell
from tests.edge.http.earning import earn, put_profile
from tests.edge.http.tabs import opened, overlay_address
from tests.edge.http.test_pages_for_all import CUT_OFF
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "request_rate": 0, "hold_s": 0, "demo_webhook_secret": WEBHOOK_SECRET}
SMALL_PHONE: dict[str, Any] = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True}
# The language of long words and the one from right to left are seen on all pages, the others where most is on one.
WHOLE, FULLEST = ("de", "ar"), ("room", "wallet")
# What reaches beyond the side of the screen, save what scrolls by itself or is there for the ears alone.
BESIDE = """() => [...document.querySelectorAll('body *')].filter((node) => {
  const apart = '.visually-hidden, svg, canvas, .stage, .effects, .ribbons, option';
  if (!node.checkVisibility() || node.closest(apart)) return false;
  for (let up = node; up; up = up.parentElement) {
    if (['auto', 'scroll', 'hidden'].includes(getComputedStyle(up).overflowX) && up !== node) return false;
  }
  const { left, right, width } = node.getBoundingClientRect();
  return width && (left < -1 || right > innerWidth + 1);
}).map((node) => `${node.tagName}.${node.className}: ${node.textContent.slice(0, 40)}`)"""


@pytest.fixture(scope="module")
async def addresses(product: Product) -> dict[str, tuple[str, str]]:
    """The pages: where they are, and what is seen of them when they are there."""
    product.wait_for_books()
    purchase = (await buy(product, "buyer", package="coins_700", country="DE")).json()
    await tell(product, event(purchase))
    open_purchase = (await buy(product, "buyer", package="coins_70", country="DE")).json()
    await earn(product, "sol")
    await put_profile(product, "sol")
    await product.grant("ann", 100)
    async with product.join("ann", "main") as ann:
        await ann.send_gift(new_id(), "rose", quantity=3)
    buyer, sol = product.token("buyer", country="DE"), product.token("sol", "streamer")
    return {
        "lobby": ("/", "[data-testid=rooms] [data-room]"),
        "room": (f"/room/main#token={buyer}", "[data-testid=connection][data-state=open]"),
        "checkout": (f"/checkout/{session_of(open_purchase['id'])}", "[data-testid=pay]"),
        "wallet": (f"/wallet#token={buyer}", "[data-testid=line]"),
        "earnings": (f"/earnings#token={sol}", ".plot-bar"),
        "promotions": (f"/promotions#token={buyer}", "[data-testid=open-promote]"),
        "studio": (f"/studio/main#token={product.token('streamer', 'streamer')}", "[data-testid=part-gifts]"),
        "overlay": (overlay_address(product, "main").removeprefix(product.url), "body[data-connection=open]"),
        "nowhere": ("/nowhere", "h1"),
    }


async def show(page: Page, name: str) -> None:
    """Opens what a page has in store behind a tap."""
    taps = {"room": ["open-gifts"], "promotions": ["open-promote"], "wallet": ["get-coins"]}
    for tap in taps.get(name, []):
        await page.get_by_test_id(tap).click()


@pytest.mark.parametrize("code", [code for code in languages() if code != ENGLISH])
async def test_nothing_is_beside_the_screen(
    browser: Browser, product: Product, addresses: dict[str, tuple[str, str]], code: str
) -> None:
    """On a phone of 360 pixels all words are on the screen, and no button is too small for its own."""
    # One of the pages is not there.
    async with opened(browser, f"{product.url}/?lang={code}", refused=[404], **SMALL_PHONE) as tab:
        for name in addresses if code in WHOLE else FULLEST:
            address, ready = addresses[name]
            # The next page is another person's.
            await tab.page.evaluate("sessionStorage.clear()")
            await tab.page.goto(product.url + address)
            await expect(tab.page.locator(ready).first).to_be_attached()
            for state in ("", "opened"):
                if state:
                    await show(tab.page, name)
                assert [] == await tab.page.evaluate(BESIDE), (name, state)
                assert [] == await tab.page.evaluate(CUT_OFF), (name, state)
                assert await tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), (name, state)


async def test_the_choice_of_the_language_works_on_every_page(browser: Browser, product: Product) -> None:
    """Where a page offers the choice it has effect, and what the address asked for is remembered and leaves it."""
    offering = [
        path.replace("{id}", "main")
        for path, page in PAGES.items()
        if "data-languages" in (FOLDER / page).read_text() and not path.startswith(("/checkout", "/video"))
    ]
    assert len(offering) >= 9
    async with opened(browser, f"{product.url}/?lang=de", **SMALL_PHONE) as tab:
        for path in offering:
            await tab.page.goto(f"{product.url}{path}?lang=ar")
            await tab.page.wait_for_function("() => !location.search.includes('lang')")
            await tab.page.locator("#language").select_option("de")
            await expect(tab.page.locator("html")).to_have_attribute("lang", "de")
            assert "ltr" == await tab.page.locator("html").get_attribute("dir")
