"""The operator's console in a real browser: one freezes and asks, another approves, and the audit log shows it all."""

from __future__ import annotations

import os
from typing import Any

from msgspec.structs import replace
from playwright.async_api import Browser, Page, Route, expect

from app.archive import cases
from app.base.clock import now_ms
from app.base.errors import CloseCode
from app.rules.audit_log import AuditLog
from app.rules.cases import Involved
from tests.edge.http.buying import books
from tests.edge.http.tabs import PHONE, WAIT_FOR_ANSWERS, opened, room_page
from tests.edge.http.test_ops import act
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id
from tests.rules.test_cases import OPEN

SETTINGS = {"request_rate": 0}
ROOMS_A_PAGE = 20
WIDE: dict[str, Any] = {"viewport": {"width": 1280, "height": 800}}
# For whoever wants to see the pages.
PICTURES = os.environ.get("PICTURES")


def console(product: Product, name: str) -> str:
    """The address of an operator's console."""
    return f"{product.url}/admin#token={product.token(name, 'operator')}"


async def picture(page: Page, name: str) -> None:
    """Keeps a picture, where one is wanted."""
    if PICTURES:
        await page.screenshot(path=f"{PICTURES}/{name}.png")


async def fill(page: Page, reason: str, coins: str = "") -> None:
    """Answers the question before an act, and waits until it is done."""
    if coins:
        await page.get_by_test_id("act-coins").fill(coins)
    if reason:
        await page.get_by_test_id("act-reason").fill(reason)
    await picture(page, f"dialog-{reason[:6]}")
    await page.get_by_test_id("act-yes").click()
    await expect(page.get_by_test_id("dialog")).to_have_count(0)


async def test_two_operators_and_what_the_log_says(browser: Browser, product: Product) -> None:
    """A wallet is frozen, a correction is asked for by one and approved by another; the log has each act and look."""
    product.wait_for_books()
    await product.grant("fred", 40)
    async with product.join("fred") as fred:
        await fred.send_gift(new_id())
    async with opened(browser, console(product, "mia"), refused=[403], **PHONE) as tab:
        page = tab.page
        await expect(page.get_by_test_id("verdict")).to_have_text("The books balance.")
        await picture(page, "now-phone")
        await page.get_by_role("tab", name="People").click()
        await page.get_by_test_id("person").fill("fred")
        await page.get_by_test_id("look").click()
        await expect(page.get_by_test_id("person-state")).to_have_text("Not frozen")
        await page.get_by_test_id("freeze").click()
        await fill(page, "a stolen card")
        await expect(page.get_by_test_id("person-state")).to_contain_text("Frozen")
        await page.get_by_test_id("adjust").click()
        await fill(page, "a lost grant", "-9")
        await picture(page, "person-phone")
        await page.get_by_role("tab", name="Waiting").click()
        await page.get_by_test_id("approve").click()
        await page.get_by_test_id("act-yes").click()
        await expect(page.get_by_test_id("act-problem")).to_contain_text("cannot approve it")
        await page.keyboard.press("Escape")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    async with opened(browser, console(product, "tom"), **WIDE) as tab:
        page = tab.page
        await page.get_by_role("tab", name="Waiting").click()
        await picture(page, "waiting-wide")
        await page.get_by_test_id("approve").click()
        await fill(page, "")
        await expect(page.get_by_text("Nothing waits.").first).to_be_visible()
        await page.get_by_role("tab", name="Audit log").click()
        await page.get_by_test_id("log-whom").fill("fred")
        await page.get_by_test_id("search-log").click()
        entries = page.get_by_test_id("log-entry")
        await expect(entries.first).to_contain_text("tom · approve adjustment · fred")
        said = await entries.all_inner_texts()
        await picture(page, "log-wide")
    assert 30 == await product.coins("fred")
    for words in ("mia · freeze · fred", "mia · ask adjustment · fred", "mia · look at person · fred", "a stolen card"):
        assert any(words in entry for entry in said), (words, said)


async def test_a_person_is_banned_and_signed_out(browser: Browser, product: Product) -> None:
    """Each with a reason, by keyboard alone; it holds at once, the person's sheet says it, and a bad id is told."""
    product.wait_for_books()
    async with opened(browser, console(product, "mia"), refused=[400], **PHONE) as tab, product.join("rex") as rex:
        page = tab.page
        await page.get_by_role("tab", name="People").click()
        held: list[Route] = []
        await page.evaluate(WAIT_FOR_ANSWERS)
        await page.route("**/v1/ops/people/slow", lambda route: held.append(route))
        for user in ("slow", "rex"):
            await page.get_by_test_id("person").fill(user)
            await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("person-state")).to_be_visible()
        async with page.expect_response("**/v1/ops/people/slow"):
            await held[0].continue_()
        # Who was looked for first, and is found last, is not shown.
        await expect(page.get_by_role("heading", name="rex")).to_be_visible()
        await page.get_by_test_id("revoke-one").focus()
        await page.keyboard.press("Enter")
        await page.get_by_test_id("act-token").fill("t-7")
        await page.get_by_test_id("act-reason").fill("\u200b")
        await page.keyboard.press("Enter")
        await expect(page.get_by_test_id("act-problem")).to_contain_text("reason")
        await fill(page, "a lost phone")
        await expect(page.get_by_test_id("tokens-revoked")).to_contain_text("t-7")
        # Whoever works by keyboard is where they were.
        await expect(page.get_by_test_id("revoke-one")).to_be_focused()
        await page.get_by_test_id("ban").focus()
        await page.keyboard.press("Enter")
        await fill(page, "threats")
        await expect(page.get_by_test_id("person-banned")).to_be_visible()
        assert CloseCode.REMOVED == await rex.closed()
        await page.get_by_test_id("revoke-all").click()
        await fill(page, "sold on")
        await expect(page.get_by_test_id("tokens-before")).to_be_visible()
        await picture(page, "banned-phone")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await page.get_by_test_id("ban").click()
        await fill(page, "a month is over")
        await expect(page.get_by_test_id("person-banned")).to_have_count(0)
    log = await read(product, "/v1/ops/audit-log", AuditLog, API_KEY, whom="rex", what="unban")
    assert [("person:mia", "a month is over")] == [(entry.who, entry.reason) for entry in log.entries]


async def test_a_case_is_looked_into_and_ended(browser: Browser, product: Product) -> None:
    """Its people, what they did and say for themselves; it is taken on, released with a reason, and stays with them."""
    product.wait_for_books()
    async with opened(browser, console(product, "mia"), **PHONE) as tab:
        page = tab.page
        await page.get_by_role("tab", name="Waiting").click()
        await expect(page.get_by_text("Nothing waits.")).to_have_count(3)
        with books(product) as archive:
            archive.write_now(cases.put, replace(OPEN, id="c_7", reasons="coins_a_minute", opened_ms=now_ms()))
            sam = Involved(case_id="c_7", person="sam", part="suspect", coins=4800, answer="It was a birthday")
            lea = Involved(case_id="c_7", person="lea", part="receiver", milli=5000)
            archive.write_now(cases.put_people, [sam, lea])
        # What comes to wait is seen by whoever comes back to the page.
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        case = page.get_by_test_id("case-c_7")
        await expect(case).to_contain_text("coins a minute")
        await case.locator("summary").click()
        await expect(case.get_by_test_id("case-person")).to_have_count(2)
        await expect(case).to_contain_text("gave 4,800 coins, earned 0 diamonds")
        await expect(case).to_contain_text("It was a birthday")
        await picture(page, "case-phone")
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await case.get_by_test_id("take").click()
        await fill(page, "")
        await expect(case).to_contain_text("mia looks into it")
        await expect(case.get_by_test_id("take")).to_have_count(0)
        await case.get_by_test_id("release").click()
        await fill(page, "a birthday indeed")
        await expect(case).to_have_count(0)
        await page.get_by_role("tab", name="People").click()
        await page.get_by_test_id("person").fill("sam")
        await page.keyboard.press("Enter")
        await expect(case).to_contain_text("Released")
        await expect(case).to_contain_text("a birthday indeed")


async def test_a_switch_is_seen_and_turned(browser: Browser, product: Product) -> None:
    """Off and on again with a reason, and single gifts alike; a viewer is no operator here."""
    product.wait_for_books()
    async with opened(browser, console(product, "mia"), **WIDE) as tab:
        page = tab.page
        await page.get_by_test_id("turn-purchases").click()
        await fill(page, "the bank is away")
        await expect(page.get_by_test_id("switch-purchases")).to_contain_text("off")
        await expect(page.get_by_test_id("switch-purchases")).to_contain_text("the bank is away")
        await picture(page, "now-wide")
        async with opened(browser, f"{product.url}/wallet#token={product.token('ann')}", **PHONE) as other:
            await expect(other.page.get_by_test_id("off-purchases")).to_contain_text("for now: the bank is away")
            await picture(other.page, "wallet-off")
        await expect(page.get_by_test_id("turn-purchases")).to_be_focused()
        # Another operator switches it; whoever comes back to the page sees that.
        back = {"on": True, "reason": "it is back"}
        assert 200 == (await act(product, "switches/purchases", back, method="PUT")).status_code
        await page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
        await expect(page.get_by_test_id("switch-purchases")).to_contain_text("it is back")
        await page.get_by_role("tab", name="Gifts").click()
        await page.get_by_test_id("turn-gift:rose").click()
        await fill(page, "it is drawn anew")
        await expect(page.get_by_test_id("switch-gift:rose")).to_contain_text("off")
        await picture(page, "gifts-wide")
        await page.get_by_role("tab", name="Rooms").click()
        await expect(page.get_by_test_id("room-main")).to_be_visible()
        await picture(page, "rooms-wide")
        assert (
            200 == (await act(product, "switches/gifts", {"on": False, "reason": "a look"}, method="PUT")).status_code
        )
        async with room_page(browser, product, "ann", "main", **PHONE) as other:
            await other.page.get_by_test_id("open-gifts").click()
            await expect(other.page.get_by_test_id("off-gifts")).to_contain_text("for now: a look")
            await picture(other.page, "room-off")
        await act(product, "switches/gifts", {"on": True, "reason": "done"}, method="PUT")
    assert 200 == (await act(product, "gifts/rose", {"on": True, "reason": "done"}, method="PUT")).status_code
    async with opened(browser, console(product, "eve").split("#")[0], **PHONE) as tab:
        await expect(tab.page.get_by_text("fanfare ops console-url")).to_be_visible()


async def test_the_last_of_many_rooms_is_ended(browser: Browser, product: Product) -> None:
    """The newest rooms come first, and the list goes on beyond the first page: the oldest can be ended too."""
    for n in range(ROOMS_A_PAGE + 1):
        await product.open_room(f"zz{n:02}")
    async with opened(browser, console(product, "mia"), **WIDE) as tab:
        await tab.page.get_by_role("tab", name="Rooms").click()
        # The list goes on as its end comes near.
        await tab.page.get_by_test_id("room-zz01").scroll_into_view_if_needed()
        await tab.page.get_by_test_id("room-zz00").get_by_role("button").click()
        await fill(tab.page, "it is late")
    async with product.platform() as http:
        assert "ended" == (await http.get("/v1/rooms/zz00")).json()["status"]
