"""Every page in each of its states, before axe-core. Who adds a page or a state adds it to `WALKS`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Collection
from contextlib import asynccontextmanager
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.archive import cases
from app.edge.http.pages import PAGES
from app.rules.cases import Involved
from tests.edge.http.axe import by_night, complaints
from tests.edge.http.buying import WEBHOOK_SECRET, books, buy, event, tell
from tests.edge.http.earning import ask, earn, put_profile
from tests.edge.http.promoting import promote
from tests.edge.http.tabs import PHONE, Tab, opened, overlay_address
from tests.edge.product import Product
from tests.edge.site import new_id
from tests.rules.test_cases import OPEN

SETTINGS = {"gift_rate": 0, "comment_rate": 0, "request_rate": 0, "hold_s": 0, "demo_webhook_secret": WEBHOOK_SECRET}
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}


class Walk:
    """Goes through the states of a page, and has each of them judged."""

    def __init__(self, browser: Browser, product: Product) -> None:
        self.product = product
        self.found: dict[str, list[str]] = {}
        self._browser = browser

    @asynccontextmanager
    async def open(
        self, path: str, screen: dict[str, Any] = PHONE, refused: Collection[int] = ()
    ) -> AsyncIterator[Page]:
        """A page of the product, by a path with its token; `refused` as for a tab."""
        address = self.product.url + path
        async with opened(self._browser, address, refused=refused, reduced_motion="reduce", **screen) as tab:
            self._tab: Tab = tab
            self._by_night = False
            yield tab.page

    async def judge(self, state: str, *needed: str) -> None:
        """Has the page judged as soon as these parts, named by their test id, are seen; first by night too."""
        page = self._tab.page
        for name in needed:
            await expect(page.get_by_test_id(name).first).to_be_visible()
        found = await complaints(page)
        if not self._by_night:
            self._by_night = True
            found += await by_night(page)
        if found:
            self.found[state] = found

    async def hear(self) -> None:
        """Somebody says something in the room: who comes later does not hear it."""
        async with self.product.join("buyer", "room-nova") as buyer:
            await buyer.say({"type": "send_comment", "id": new_id(), "text": "What a show"})
            await expect(self._tab.page.get_by_text("What a show")).to_be_attached()


@pytest.fixture(scope="module", autouse=True)
async def show(product: Product) -> None:
    """A room with gifts, words, a goal and a board; a purchase, a promotion, a streamer who earns and was paid."""
    product.wait_for_books()
    purchase = (await buy(product, "buyer", package="coins_700", country="DE")).json()
    await tell(product, event(purchase))
    await earn(product, "nova")
    await put_profile(product, "nova")
    await ask(product, "nova", "2000")
    await product.grant("buyer", 5000)
    await promote(product, "buyer", room="room-nova")
    await product.open_room("clip", "nova", kind="video")
    goal = {"title": "A new lamp", "target": 5000, "of": "coins"}
    async with product.http(product.token("nova", "streamer")) as http:
        answer = await http.put("/v1/rooms/room-nova/goal", json=goal)
        assert 200 == answer.status_code, answer.text
    for room in ("room-nova", "clip"):
        async with product.join("buyer", room) as buyer:
            await buyer.send_gift(new_id(), "crown", message="Shine on")


def tok(product: Product, role: str = "viewer") -> str:
    """The end of an address that brings a token."""
    user = "nova" if role == "streamer" else "buyer"
    return f"#token={product.token(user, role, country='DE')}"  # type: ignore[arg-type]


async def lobby(walk: Walk) -> None:
    """The lobby, and what a wrong address shows."""
    async with walk.open("/") as page:
        await walk.judge("lobby", "rooms", "name-field")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await walk.judge("lobby on a desktop")
    async with walk.open("/nowhere", refused=[404]):
        await walk.judge("a wrong address")


async def room(walk: Walk) -> None:
    """The room on a phone: closed, the tray, coins that are missing, the recharge sheet, a question, an end."""
    product = walk.product
    async with walk.open(f"/room/room-nova{tok(product)}") as page:
        await expect(page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await walk.hear()
        await walk.judge("room", "goal", "comment")
        await page.get_by_test_id("open-gifts").click()
        await walk.judge("tray", "tray")
        await page.get_by_role("tab", name="Grand").click()
        await page.locator("[data-testid=tray] [role=tabpanel]:not([hidden]) [data-gift=universe]").click()
        await walk.judge("coins are missing", "missing")
        await page.locator("[data-testid=tray] [role=tabpanel]:not([hidden]) [data-gift=galaxy]").click()
        await walk.judge("a question before a dear gift", "dialog")
        await page.get_by_test_id("ask-yes").click()
        await walk.judge("a scene", "caption")
        await page.get_by_role("tab", name="Small").click()
        await page.locator("[data-testid=tray] [role=tabpanel]:not([hidden]) [data-gift=rose]").click()
        await walk.judge("a streak", "combo", "ribbon")
        await page.get_by_test_id("get-coins").click()
        await walk.judge("recharge sheet", "policy")
        await page.keyboard.press("Escape")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await walk.judge("room on a desktop", "tray", "leaderboard")
        await page.locator(".board-period").last.click()
        await walk.judge("a board of all time", "board-leave")


async def problems(walk: Walk) -> None:
    """A room to which a token does not lead."""
    async with walk.open("/room/room-nova#token=spoilt", refused=[401]):
        await walk.judge("the end of a page", "end-reason")
    async with walk.open("/room/main") as page:
        await page.get_by_test_id("open-gifts").click()
        await page.locator("[data-testid=tray] [role=tabpanel]:not([hidden]) [data-gift=rose]").click()
        await walk.judge("a guest is asked for a name", "name-field")


async def video(walk: Walk) -> None:
    """A video with gifts under it, on both screens."""
    async with walk.open(f"/video/clip{tok(walk.product)}") as page:
        await walk.judge("video", "given-gift")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await walk.judge("video on a desktop", "given-gift")


async def overlay(walk: Walk) -> None:
    """The overlay with a gift on it, and the page for others' pages."""
    address = overlay_address(walk.product, "room-nova").removeprefix(walk.product.url)
    async with walk.open(address, WIDE) as page, walk.product.join("buyer", "room-nova") as buyer:
        await expect(page.locator("body")).to_have_attribute("data-connection", "open")
        await buyer.send_gift(new_id(), "guitar")
        await walk.judge("overlay", "caption", "goal")
    async with walk.open("/embed"):
        await walk.judge("embed")


async def wallet(walk: Walk) -> None:
    """The wallet's history and purchases, the question before coins are given back, a receipt, the sheet."""
    async with walk.open(f"/wallet{tok(walk.product)}") as page:
        await walk.judge("wallet", "line")
        await page.get_by_role("tab", name="Purchases").click()
        await walk.judge("purchases", "purchase")
        await page.get_by_test_id("give-back").click()
        await walk.judge("coins given back?", "dialog")
        await page.keyboard.press("Escape")
        await page.get_by_test_id("receipt").click()
        await walk.judge("receipt", "receipt-page")


async def spending(walk: Walk) -> None:
    """What was spent against limits, the question before a break, and a limit that is near, in the room."""
    product = walk.product
    await product.grant("thrifty", 1000)
    async with product.join("thrifty", "room-nova") as thrifty, product.http(product.token("thrifty")) as http:
        await thrifty.send_gift(new_id(), "crown")
        for limits in ({"day": 104, "gift": 999}, {"gift": None}):
            assert 200 == (await http.put("/v1/me/limits", json=limits)).status_code
    token = f"#token={product.token('thrifty', country='DE')}"
    async with walk.open(f"/spending{token}") as page:
        await walk.judge("spending", "plot", "pending", "ranks")
        await page.get_by_test_id("break-24h").click()
        await walk.judge("a break?", "dialog")
    async with walk.open(f"/room/room-nova{token}") as page:
        await page.get_by_test_id("open-gifts").click()
        await walk.judge("a limit is near", "missing")


async def checkout(walk: Walk) -> None:
    """The checkout: a card, a problem, the bank's question, the end."""
    purchase = (await buy(walk.product, "payer", package="coins_700", return_url="/wallet")).json()
    async with walk.open(purchase["checkout_url"].removeprefix(walk.product.url)) as page:
        await walk.judge("checkout", "pay")
        await page.get_by_test_id("pay").click()
        await walk.judge("a card that is none", "pay-problem")
        await page.locator("[data-number='4000002500003155']").click()
        await page.get_by_test_id("pay").click()
        await walk.judge("the bank asks", "confirm-yes")


async def earnings(walk: Walk) -> None:
    """The earnings, each step of a payout, a payout that was asked for, and its statement."""
    async with walk.open(f"/earnings{tok(walk.product, 'streamer')}") as page:
        await walk.judge("earnings", "payout", "totals")
        await page.get_by_test_id("get-paid").click()
        await walk.judge("amount", "amount")
        await page.get_by_test_id("step-next").click()
        await walk.judge("quote", "quote")
        await page.get_by_test_id("step-next").click()
        await walk.judge("destination", "to")
        await page.keyboard.press("Escape")
        await page.get_by_test_id("statement").click()
        await walk.judge("statement", "statement-page")


async def promotions(walk: Walk) -> None:
    """The promotions with a plot, and the sheet to buy one."""
    async with walk.open(f"/promotions{tok(walk.product)}") as page:
        await walk.judge("promotions", "promotion")
        await page.get_by_test_id("when").click()
        await walk.judge("a promotion's plot", "plot")
        await page.get_by_test_id("open-promote").click()
        await walk.judge("promotion sheet", "promotion-sheet")


async def studio(walk: Walk) -> None:
    """The studio's panels on a phone, and the desk."""
    async with walk.open(f"/studio/room-nova{tok(walk.product, 'streamer')}") as page:
        await expect(page.get_by_test_id("line")).to_have_attribute("data-state", "open")
        await walk.hear()
        await walk.judge("studio", "studio-gift", "studio-comment")
        await page.locator("#desk-overlay-tab").click()
        await page.get_by_test_id("rule_about").select_option("gift:lion")
        await page.get_by_test_id("rule_sound").select_option("off")
        await walk.judge("studio's overlay", "overlay-address", "rule")
        await page.locator("#desk-order-tab").click()
        await walk.judge("studio's moderation", "slow", "part-order_log")
        await page.set_viewport_size({"width": 1280, "height": 800})
        await walk.judge("studio on a desktop")
    async with walk.open(f"/studio/room-nova#token={walk.product.token('other', 'streamer')}", refused=[403]):
        await walk.judge("somebody else's studio", "problem")


async def admin(walk: Walk) -> None:
    """The console: the books and switches, a person, a question before an act, what waits, and the log."""
    async with walk.open(f"/admin#token={walk.product.token('mia', 'operator')}", WIDE) as page:
        await walk.judge("now", "verdict", "turn-gifts")
        await page.get_by_role("tab", name="People").click()
        await page.get_by_test_id("person").fill("nova")
        await page.get_by_test_id("look").click()
        await walk.judge("a person", "person-state")
        await page.get_by_test_id("adjust").click()
        await walk.judge("an act?", "act-reason")
        await page.keyboard.press("Escape")
        await page.get_by_test_id("revoke-one").click()
        await walk.judge("a token?", "act-token")
        await page.get_by_test_id("act-token").fill("t-1")
        await page.get_by_test_id("act-reason").fill("a lost phone")
        await page.get_by_test_id("act-yes").click()
        await walk.judge("a person with a token less", "tokens-revoked")
        await page.get_by_test_id("adjust").click()
        await page.get_by_test_id("act-coins").fill("5")
        await page.get_by_test_id("act-reason").fill("a lost grant")
        await page.get_by_test_id("act-yes").click()
        await expect(page.get_by_test_id("dialog")).to_have_count(0)
        await page.get_by_role("tab", name="Waiting").click()
        with books(walk.product) as archive:
            archive.write_now(cases.put, OPEN)
            archive.write_now(cases.put_people, [Involved(case_id=OPEN.id, person="sam", part="suspect", answer="No")])
        await page.get_by_role("tab", name="Rooms").click()
        await walk.judge("rooms", "room-room-nova")
        await page.get_by_role("tab", name="Waiting").click()
        await page.get_by_test_id("case-more").locator("summary").click()
        await walk.judge("what waits", "approve", "case-person")
        await page.get_by_role("tab", name="Audit log").click()
        await expect(page.get_by_test_id("log-entry").first).to_be_visible()
        await walk.judge("the log", "search-log")


async def guardian(walk: Walk) -> None:
    """A guardian without wards, then with one who asks for a gift, what is allowed, and the question before the end."""
    product = walk.product
    async with walk.open(f"/guardian#token={product.token('gil', 'guardian')}") as page:
        await walk.judge("a guardian of nobody", "wards-none", "asked-none")
        async with product.platform() as http:
            body = {"id": "gil", "name": "Gil", "ward_name": "Wim"}
            assert 200 == (await http.put("/v1/users/wim/guardian", json=body)).status_code
        async with product.http(product.token("gil", "guardian")) as http:
            allowed = await http.put("/v1/guardian/wards/wim/limits", json={"approve_from": 1})
            assert 200 == allowed.status_code
        async with product.join("wim", "room-nova") as wim:
            await wim.say({"type": "send_gift", "id": new_id(), "gift": "rose"})
            await walk.judge("a ward asks", "asked", "ward")
        await page.get_by_test_id("ward-more").locator("summary").click()
        await walk.judge("what is allowed", "save-ward")
        await page.get_by_test_id("unlink").click()
        await walk.judge("the end?", "dialog")
    async with walk.open(f"/guardian{tok(product)}"):
        await walk.judge("who is no guardian", "name-field")


# By the page's path; several pages may be seen on one walk.
WALKS: dict[str, Callable[[Walk], Awaitable[None]]] = {
    "/": lobby,
    "/room/{id}": room,
    "/checkout/{id}": checkout,
    "/video/{id}": video,
    "/overlay/{id}": overlay,
    "/wallet": wallet,
    "/embed": problems,
    "/earnings": earnings,
    "/spending": spending,
    "/promotions": promotions,
    "/studio/{id}": studio,
    "/admin": admin,
    "/guardian": guardian,
}


def plain(path: str) -> Callable[[Walk], Awaitable[None]]:
    """The walk of a page that has none of its own: it is seen as it opens, by a viewer and by a streamer."""

    async def walk_plainly(walk: Walk) -> None:
        for role in ("viewer", "streamer"):
            async with walk.open(path.replace("{id}", "room-nova") + tok(walk.product, role)) as page:
                await expect(page.locator("main :is(h1, h2, p)").first).to_be_visible()
                await walk.judge(f"{path} for a {role}")

    return walk_plainly


@pytest.mark.parametrize("path", PAGES)
async def test_no_page_is_shut_to_anybody(browser: Browser, product: Product, path: str) -> None:
    """Axe finds nothing serious or critical in any state of a page."""
    walk = Walk(browser, product)
    await WALKS.get(path, plain(path))(walk)
    assert {} == walk.found


async def test_the_judge_sees(browser: Browser) -> None:
    """What shuts people out is found, and nothing in a page that does not."""
    context = await browser.new_context()
    page = await context.new_page()
    await page.set_content('<html lang="en"><title>A page</title><main><h1>A page</h1><button>Give</button></main>')
    assert [] == await complaints(page)
    await page.evaluate("document.querySelector('button').textContent = ''")
    (found,) = await complaints(page)
    await context.close()
    assert found.startswith("button-name: <button>")
