"""The guardian's page as a guardian has it, on a phone beside the ward's own."""

from __future__ import annotations

import asyncio

from playwright.async_api import Browser, Route, expect

from tests.edge.http.tabs import PHONE, opened, room_page
from tests.edge.product import Product

SETTINGS = {"request_rate": 0}
# The room keeps gifts until they are answered.
NOTHING_KEPT = "() => Object.entries(sessionStorage).every(([k, v]) => !k.startsWith('fanfare.outbox.') || v === '[]')"
ONE_WAITS = """() => Object.entries(sessionStorage).some(([k, v]) => k.startsWith('fanfare.outbox.')
  && JSON.parse(v).map(({ state }) => state).join() === 'waiting')"""


async def test_a_guardian_on_a_phone_approves_a_gift_live(browser: Browser, product: Product) -> None:
    """A code links the two; a gift waits on both phones, and goes once with a yes, never with a no."""
    product.wait_for_books()
    room = await product.open_room("watched")
    await product.grant("wim", 1000)
    guardian = f"{product.url}/guardian#token={product.token('gil', 'guardian')}"
    spending = f"{product.url}/spending#token={product.token('wim')}"
    async with opened(browser, guardian, **PHONE) as watch, opened(browser, spending, **PHONE) as own:
        await own.page.get_by_test_id("show-code").click()
        code = own.page.get_by_test_id("guardian-code")
        await expect(code).to_be_visible()
        await watch.page.get_by_test_id("code").fill((await code.inner_text()).lower())
        known = asyncio.Event()

        async def hold(route: Route) -> None:
            await known.wait()
            await route.continue_()

        await watch.page.route("**/limits", hold)
        await watch.page.get_by_test_id("link").click()
        ward = watch.page.get_by_test_id("ward")
        await expect(ward).to_have_attribute("data-id", "wim")
        # Nothing can be typed that what is known later would take away.
        await expect(ward.get_by_test_id("ward-more")).to_be_hidden()
        known.set()
        await ward.get_by_test_id("ward-more").locator("summary").click()
        await ward.get_by_test_id("ward-approve_from").fill("1")
        await ward.get_by_test_id("ward-day").fill("many")
        await ward.get_by_test_id("save-ward").click()
        await expect(ward.get_by_test_id("ward-problem")).not_to_be_empty()
        await ward.get_by_test_id("ward-day").fill("100")
        await ward.get_by_test_id("save-ward").click()
        await expect(watch.page.get_by_test_id("toast").last).to_have_attribute("data-kind", "good")
        async with room_page(browser, product, "wim", room, **PHONE) as ward_tab:
            asked = watch.page.get_by_test_id("asked")
            # What is asked for first stays where it is, whatever comes while the guardian is about to decide.
            for count, gift in enumerate(("applause", "spark"), 1):
                await ward_tab.send(gift)
                await expect(asked).to_have_count(count)
            for gift in ("Applause", "Spark"):
                await expect(asked.first).to_contain_text(gift)
                await asked.first.get_by_test_id("refuse").click()
            await expect(asked).to_have_count(0)
            for answer in ("approve", "refuse"):
                await ward_tab.send("rose")
                await expect(asked).to_contain_text("Rose")
                await expect(ward_tab.page.get_by_test_id("toast").first).to_contain_text("guardian")
                await ward_tab.page.wait_for_function(ONE_WAITS)
                await asked.get_by_test_id(answer).click()
                await expect(asked).to_have_count(0)
                await ward_tab.has_coins(999)
                await ward_tab.page.wait_for_function(NOTHING_KEPT)
            await ward_tab.shows_gifts("rose", 1)
        await expect(ward.get_by_test_id("spent-day")).to_have_text("1")
        await expect(ward.get_by_test_id("ward-latest")).to_contain_text("Rose")
        await ward.get_by_test_id("lock").click()
        await expect(ward.get_by_test_id("ward-locked")).to_be_visible()


async def test_in_the_demo_anybody_may_be_a_guardian(browser: Browser, product: Product) -> None:
    """A name is all that it takes."""
    async with opened(browser, f"{product.url}/guardian", **PHONE) as tab:
        await tab.page.get_by_test_id("name-field").fill("Gia")
        await tab.page.get_by_test_id("join").click()
        await expect(tab.page.get_by_test_id("wards-none")).to_be_visible()
        await tab.page.reload()
        await expect(tab.page.get_by_test_id("asked-none")).to_be_visible()
