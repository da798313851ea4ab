"""Promoted rooms in a real browser: the lobby's marked cards, what counts as seen, the sheet, and the buyer's page."""

from __future__ import annotations

import asyncio

import pytest
from playwright.async_api import Browser, Route, expect

from app.store.keys import Keys
from tests.edge.http.promoting import half_over, promote
from tests.edge.http.tabs import PHONE, WAIT_FOR_ANSWERS, opened
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"request_rate": 0, "gift_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def books(product: Product) -> None:
    """The archive's tables."""
    product.wait_for_books()


async def promoted(product: Product, room: str, user: str) -> str:
    """A room that somebody promotes, half of whose time is over; the promotion's id."""
    await product.grant(user, 500)
    await product.open_room(room, title=f"The room {room}")
    promotion: str = (await promote(product, user, room=room, package="full_house")).json()["id"]
    await half_over(product, promotion)
    return promotion


def counted(product: Product, promotion: str) -> int:
    """How many impressions were counted."""
    return int(product.ask_store("HGET", Keys().promotion(promotion), "counted"))


async def reported(product: Product, user: str, promotion: str, name: str, count: int) -> None:
    """Returns when the buyer's report says so many."""
    async with product.http(product.token(user)) as http, asyncio.timeout(20):
        while (await http.get(f"/v1/me/promotions/{promotion}")).json()[name] != count:  # noqa: ASYNC110
            await asyncio.sleep(0.2)


async def end(product: Product, room: str) -> None:
    """Ends a room, so that its promotion takes no place from other tests."""
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")


async def test_a_card_is_seen_for_a_second(browser: Browser, product: Product) -> None:
    """A marked card that is in view for a second is counted, once, and so is the visit of who follows it."""
    promotion = await promoted(product, "seen", "buyer1")
    async with opened(browser, f"{product.url}/", **PHONE) as tab:
        card = tab.page.locator("[data-room=seen]")
        await expect(card.get_by_test_id("promoted")).to_have_text("Promoted")
        await card.scroll_into_view_if_needed()
        async with asyncio.timeout(15):
            while not counted(product, promotion):  # noqa: ASYNC110
                await asyncio.sleep(0.1)
        await card.click()
        await reported(product, "buyer1", promotion, "visits", 1)
        assert 1 == counted(product, promotion)
    await end(product, "seen")


async def test_a_room_is_promoted_from_the_lobby(browser: Browser, product: Product) -> None:
    """A room and a package are chosen and it runs: the coins are gone, the report is there, the rest comes back."""
    room = await product.open_room("wished", title="A wish")
    async with opened(browser, f"{product.url}/promotions?room={room}#token={product.token('wisher')}", **PHONE) as tab:
        page = tab.page
        await expect(page.get_by_test_id("missing")).to_contain_text("missing")
        await expect(page.get_by_test_id("pay")).to_be_hidden()
        await page.keyboard.press("Escape")
        await product.grant("wisher", 300)
        await expect(page.get_by_test_id("coins")).to_contain_text("300")
        await page.get_by_test_id("open-promote").click()
        await page.locator(f"[data-testid=promotion-sheet] [data-room={room}]").click()
        await expect(page.locator("[data-package=first_look] input")).to_be_checked()
        await page.locator("[data-package=full_house]").click()
        await expect(page.get_by_test_id("missing")).to_contain_text("200 coins")
        await page.locator("[data-package=first_look]").click()
        await page.get_by_test_id("pay").click()
        card = page.get_by_test_id("promotion")
        await expect(card).to_have_attribute("data-status", "running")
        await expect(page.get_by_test_id("coins")).to_contain_text("150")
        await card.get_by_test_id("when").click()
        await expect(card.get_by_test_id("plot")).to_have_attribute("aria-valuemax", "29")
        await end(product, room)
        await expect(card).to_have_attribute("data-status", "ended")
        await expect(card).to_contain_text("150 coins came back")


async def test_a_room_is_asked_for_once(browser: Browser, product: Product) -> None:
    """However many promotions of a room are listed, what it is called is asked for once."""
    room = await product.open_room("again", title="Once again")
    await product.grant("fan", 500)
    for _ in range(2):
        assert 201 == (await promote(product, "fan", room=room)).status_code
    asked: list[str] = []
    async with opened(browser, "about:blank") as tab:
        tab.page.on("request", lambda request: asked.append(request.url))
        await tab.page.goto(f"{product.url}/promotions#token={product.token('fan')}")
        await expect(tab.page.get_by_test_id("promotion").get_by_text("Once again")).to_have_count(2)
    await end(product, room)
    assert 1 == asked.count(f"{product.url}/v1/rooms/{room}")


async def test_refusals_are_told(browser: Browser, product: Product) -> None:
    """A room that ends while the sheet is open is told in the server's words, and nothing was paid."""
    room = await product.open_room("late")
    await product.grant("later", 300)
    address = f"{product.url}/promotions?room={room}#token={product.token('later')}"
    async with opened(browser, address, refused=[409]) as tab:
        await expect(tab.page.get_by_test_id("pay")).to_be_visible()
        await end(product, room)
        await tab.page.get_by_test_id("pay").click()
        await expect(tab.page.get_by_test_id("promotion-problem")).to_have_text("The room is not live.")
    assert 300 == await product.coins("later")


async def test_the_way_from_a_room(browser: Browser, product: Product) -> None:
    """A room leads to its promotion, unless its owner says no; who came by a promoted card is known once joined."""
    promotion = await promoted(product, "led", "buyer2")
    closed = await product.open_room("closed-to-all", promotable=False)
    async with opened(browser, f"{product.url}/") as tab:
        await tab.page.locator("[data-room=led][data-ticket]").click()
        await tab.page.get_by_test_id("promote").wait_for(state="visible")
        token = product.token("comer")
        await product.grant("comer", 10)
        async with tab.page.expect_response("**/v1/promotions/visits") as answer:
            await tab.page.goto(f"{product.url}/room/led#token={token}")
            await tab.page.reload()
        assert 202 == (await answer.value).status
        link = await tab.page.get_by_test_id("promote").get_attribute("href")
        await tab.page.goto(f"{product.url}/room/{closed}#token={token}")
        await expect(tab.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await expect(tab.page.get_by_test_id("promote")).to_be_hidden()
    async with product.join("comer", "led") as client:
        await client.send_gift(new_id(), quantity=2)
    await reported(product, "buyer2", promotion, "gifts", 2)

    assert "/promotions?room=led" == link
    await end(product, "led")


async def test_every_room_can_be_found(browser: Browser, product: Product) -> None:
    """Rooms beyond the first twenty are reached by the keyboard in the lobby, and promoted by name, page or address."""
    oldest = await product.open_room("deep", title="The deep end")
    for i in range(21):
        await product.open_room(f"shallow-{i}", title=f"Shallow {i}")
    async with opened(browser, f"{product.url}/", refused=[503]) as tab:
        cards = tab.page.locator("[data-testid=rooms] [data-room]")
        await expect(cards).to_have_count(20)
        held: list[Route] = []
        await tab.page.evaluate(WAIT_FOR_ANSWERS)
        await tab.page.route("**/v1/rooms?limit=40", lambda route: held.append(route), times=1)
        await tab.page.get_by_test_id("more-rooms").focus()
        for _ in range(2):
            await tab.page.keyboard.press("Enter")
        await expect(tab.page.locator(f"[data-room={oldest}]")).to_be_visible()
        await expect(cards.nth(20)).to_be_focused()
        await expect(tab.page.get_by_test_id("more-rooms")).to_be_hidden()
        # What was asked for first, and fails last, is not told over what is there.
        await held[0].fulfill(status=503)
        await tab.page.evaluate("fetch('/v1/gifts').then((answer) => answer.text())")
        await expect(tab.page.locator("#rooms-empty")).to_be_hidden()
        await tab.page.goto(f"{product.url}/promotions?room={oldest}#token={product.token('finder')}")
        sheet = tab.page.get_by_test_id("promotion-sheet")
        await expect(sheet).to_contain_text("Promote The deep end")
        await tab.page.keyboard.press("Escape")
        await tab.page.get_by_test_id("open-promote").click()
        rooms = sheet.locator("[data-room]")
        await expect(sheet.locator(f"[data-room={oldest}]")).to_be_visible()
        await sheet.get_by_test_id("find-room").fill("no such")
        await expect(sheet).to_contain_text("No such room can be promoted now.")
        for words in ("DEEP the", f"{product.url}/room/{oldest}"):
            await sheet.get_by_test_id("find-room").fill(words)
            await expect(rooms).to_have_count(1)
        await tab.page.keyboard.press("Tab")
        await tab.page.keyboard.press("Enter")
        await expect(sheet).to_contain_text("Promote The deep end")
