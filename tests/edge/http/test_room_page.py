"""The viewer's page in daily use, in a real browser on the real product."""

from __future__ import annotations

from playwright.async_api import Browser, Page, expect

from app.rules.messages import GiftSent
from tests.edge.http.tabs import PHONE, opened, room_page
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "comment_rate": 0}


async def hold_enter(page: Page, *, repeats: int = 5) -> None:
    """Holds Enter down as a hand does: one press, then its repetitions, then the release."""
    for _ in range(1 + repeats):
        await page.keyboard.down("Enter")
    await page.keyboard.up("Enter")


async def test_a_held_key_buys_nothing_dear(browser: Browser, product: Product) -> None:
    """Enter held on Lion asks once and answers nothing, and Enter pressed again means "Not now"."""
    room = await product.open_room("held")
    await product.grant("ann-held", 60_000)
    async with (
        room_page(browser, product, "ann-held", room) as ann,
        product.join("watcher", room) as watcher,
    ):
        await ann.has_coins(60_000)
        await ann.page.locator("[data-tier=scene]").click()
        await ann.gift("lion").focus()
        await hold_enter(ann.page)
        await expect(ann.page.get_by_test_id("dialog")).to_contain_text("30,001")
        await expect(ann.page.get_by_test_id("ask-no")).to_be_focused()
        await ann.page.keyboard.press("Enter")
        await expect(ann.page.get_by_test_id("dialog")).to_have_count(0)
        await ann.page.locator("[data-tier=ribbon]").click()
        await ann.gift("rose").focus()
        await hold_enter(ann.page)
        sent = await watcher.until(GiftSent)
        assert ("rose", 1) == (sent.gift, sent.quantity)
        await ann.has_coins(59_999)
    assert 59_999 == await product.coins("ann-held")


async def test_a_confirmation_covers_no_dearer_gift(browser: Browser, product: Product) -> None:
    """One yes covers gifts up to twice its price and a quarter of the wallet; above either it asks again."""
    room = await product.open_room("asked")
    await product.grant("ann-asked", 100_000)
    async with room_page(browser, product, "ann-asked", room) as ann:
        await ann.has_coins(100_000)
        await ann.page.locator("[data-tier=scene]").click()
        await ann.send("galaxy")
        await ann.page.get_by_test_id("ask-yes").click()
        await ann.has_coins(99_000)
        await ann.send("hot_air_balloon")
        await ann.has_coins(97_000)
        await ann.send("lion")
        await ann.page.get_by_test_id("ask-yes").click()
        await ann.has_coins(67_001)
        await ann.send("lion")
        await expect(ann.page.get_by_test_id("dialog")).to_contain_text("37,002")
        await ann.page.keyboard.press("Escape")
        await expect(ann.page.get_by_test_id("dialog")).to_have_count(0)
    assert 67_001 == await product.coins("ann-asked")


async def test_comments_go_on_after_the_tray_was_open(browser: Browser, product: Product) -> None:
    """On a phone the newest comment is in view again once the tray is closed, and after the phone was turned."""
    room = await product.open_room("follows")
    async with (
        room_page(browser, product, "ann", room, **PHONE) as ann,
        product.join("bob-follows", room) as bob,
    ):

        async def say(text: str) -> None:
            await bob.say({"type": "send_comment", "id": new_id(), "text": text})

        for i in range(12):
            await say(f"line {i}")
        await expect(ann.page.get_by_text("line 11")).to_be_in_viewport()
        await ann.page.get_by_test_id("open-gifts").click()
        await say("while it was open")
        await expect(ann.page.get_by_text("while it was open")).to_be_attached()
        await ann.page.keyboard.press("Escape")
        await expect(ann.page.get_by_text("while it was open")).to_be_in_viewport()
        await ann.page.set_viewport_size({"width": 844, "height": 390})
        await say("and across")
        await expect(ann.page.get_by_text("and across")).to_be_in_viewport()


async def test_expired_token_says_what_is_the_matter(browser: Browser, product: Product) -> None:
    """A token that ran out is named as the reason, and neither a reload nor another visit comes with it again."""
    expired = product.token("ann", for_s=-60)
    async with opened(browser, f"{product.url}/room/main#token={expired}") as ann:
        await expect(ann.page.get_by_test_id("end-reason")).to_contain_text("run out")
        await expect(ann.page.get_by_test_id("toast")).to_have_count(0)
        await expect(ann.page.get_by_test_id("reload")).to_have_count(0)
        assert expired not in await ann.page.evaluate("JSON.stringify(sessionStorage)")


async def test_combo_says_what_is_missing(browser: Browser, product: Product) -> None:
    """A touch of the combo button that the wallet cannot pay says how many coins are missing."""
    room = await product.open_room("poor")
    await product.grant("ann-poor", 2)
    async with room_page(browser, product, "ann-poor", room, **PHONE) as ann:
        await ann.has_coins(2)
        await ann.send("rose")
        await ann.page.get_by_test_id("combo").click()
        await ann.has_coins(0)
        await ann.page.get_by_test_id("combo").click()
        await expect(ann.page.get_by_test_id("toast")).to_contain_text("1 coin more for Rose")


async def test_phone_shows_the_wallet_while_the_tray_is_shut(browser: Browser, product: Product) -> None:
    """The button that opens the tray shows the coins, as the server last said them."""
    room = await product.open_room("purse")
    await product.grant("ann-purse", 12_345)
    async with room_page(browser, product, "ann-purse", room, **PHONE) as ann:
        wallet = ann.page.get_by_test_id("wallet")
        await expect(wallet).to_have_text("12,345")
        await ann.send("rose")
        await ann.has_coins(12_344)
        await ann.page.get_by_test_id("tray").get_by_role("button", name="Close").click()
        await expect(wallet).to_be_visible()
        await expect(wallet).to_have_text("12,344")


async def test_many_at_once_with_words(browser: Browser, product: Product) -> None:
    """Ten roses and what is said with them are one gift that others see; the sender's line and gift are marked."""
    room = await product.open_room("words")
    await product.grant("ann-words", 20_000)
    async with room_page(browser, product, "ann-words", room) as ann, room_page(browser, product, "bob", room) as bob:
        await ann.has_coins(20_000)
        await ann.page.get_by_text("×10", exact=True).click()
        await ann.page.get_by_test_id("words").fill("<b>for you</b> ☃")
        await ann.send("rose")
        await bob.shows_gifts("rose", 10)
        line = bob.page.locator("[data-testid=gift][data-gift=rose]")
        await expect(line).to_contain_text("sent Rose × 10 · <b>for you</b> ☃")
        await expect(line.get_by_text("You", exact=True)).to_have_count(0)
        await expect(ann.page.get_by_test_id("gift").get_by_text("You", exact=True)).to_be_visible()
        await expect(ann.page.get_by_test_id("words")).to_have_value("")
        await ann.page.get_by_test_id("combo").click()
        await ann.has_coins(19_980)
        await ann.page.get_by_role("tab", name="Recent").click()
        await ann.page.get_by_text("×99", exact=True).click()
        await expect(ann.page.locator("#tray-recent [data-gift=rose]")).to_contain_text("99")
        await ann.page.get_by_role("tab", name="Sweet").click()
        await ann.send("crown")
        await expect(ann.page.get_by_test_id("dialog")).to_contain_text("Send Crown ×99?")
        await ann.page.keyboard.press("Escape")
        await expect(ann.gift("crown")).to_be_focused()
    assert 19_980 == await product.coins("ann-words")


async def test_watching_needs_no_name(browser: Browser, product: Product) -> None:
    """Whoever opens a room sees it at once; the first comment asks for a name, and is posted under it."""
    room = await product.open_room("guests")
    async with opened(browser, f"{product.url}/room/{room}") as guest, product.join("bob-guests", room) as bob:
        await expect(guest.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await bob.say({"type": "send_comment", "id": new_id(), "text": "welcome"})
        await expect(guest.page.get_by_text("welcome")).to_be_visible()
        await expect(guest.page.get_by_test_id("dialog")).to_have_count(0)
        await guest.page.reload()
        field = guest.page.get_by_test_id("comment-field")
        await field.fill("hello all")
        await field.press("Enter")
        await guest.page.get_by_test_id("ask-no").click()
        await expect(field).to_have_value("hello all")
        await field.press("Enter")
        await guest.page.get_by_test_id("name-field").fill("Zoë")
        await guest.page.get_by_test_id("join").click()
        await expect(guest.page.get_by_test_id("comment").last).to_have_text("Zoë You hello all")
        await expect(field).to_have_value("")
        await guest.has_coins(5000)


async def test_first_gift_asks_for_a_name(browser: Browser, product: Product) -> None:
    """A guest's first gift asks for a name and is sent under it, once; nothing is said to be missing before."""
    room = await product.open_room("first")
    async with (
        opened(browser, f"{product.url}/room/{room}", **PHONE) as guest,
        product.join("watcher-first", room) as watcher,
    ):
        await expect(guest.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await guest.send("rose")
        await expect(guest.gift("rose")).not_to_have_attribute("data-missing", "1")
        await guest.page.get_by_test_id("name-field").fill("Zoë")
        await guest.page.get_by_test_id("join").click()
        sent = await watcher.until(GiftSent)
        assert ("rose", 1, "Zoë") == (sent.gift, sent.quantity, sent.sender.name)
        await guest.has_coins(4999)
        await guest.send("heart")
        await guest.has_coins(4994)
        await guest.page.get_by_test_id("leave").click()
        await expect(guest.page.get_by_test_id("rooms")).to_be_visible()


async def test_first_gift_that_is_too_dear(browser: Browser, product: Product) -> None:
    """A guest who taps what the new wallet cannot pay is told so after the name was given; words wait for a gift."""
    room = await product.open_room("dear")
    async with opened(browser, f"{product.url}/room/{room}") as guest:
        await expect(guest.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await guest.page.get_by_test_id("words").fill("roar")
        await guest.page.get_by_role("tab", name="Grand").click()
        await guest.send("lion")
        await guest.page.get_by_test_id("name-field").fill("Zoë")
        await guest.page.get_by_test_id("join").click()
        await expect(guest.page.get_by_test_id("toast")).to_contain_text("24,999 coins more for Lion")
        await expect(guest.page.get_by_test_id("words")).to_have_value("roar")
        await guest.has_coins(5000)


async def test_only_the_demo_lets_anybody_in(browser: Browser, product: Product) -> None:
    """Where there is no login for anyone, a visitor without a link is told so, and is not sent round in a circle."""
    async with opened(browser, f"{product.url}/", refused=[404]) as visitor:
        await visitor.page.route("**/v1/demo/login", lambda route: route.fulfill(status=404, json={"status": 404}))
        await visitor.page.goto(f"{product.url}/room/main")
        await expect(visitor.page.get_by_test_id("end-reason")).to_contain_text("from its platform")
        await expect(visitor.page.get_by_test_id("reload")).to_have_count(0)


async def test_link_of_another_person_asks_first(browser: Browser, product: Product) -> None:
    """A link with somebody else's token makes the tab theirs only when that is agreed to; no keeps the own wallet."""
    room = await product.open_room("swapped")
    await product.grant("ann-swapped", 7)
    await product.grant("eve-swapped", 9)
    link = f"{product.url}/room/{room}#token={product.token('eve-swapped', name='Eve')}"
    async with room_page(browser, product, "ann-swapped", room) as ann:
        for answer, coins in (("stay", 7), ("replace", 9)):
            await ann.page.goto(f"{product.url}/")
            await ann.page.goto(link)
            await expect(ann.page.get_by_test_id("dialog")).to_contain_text("Continue as Eve?")
            await expect(ann.page.get_by_test_id("stay")).to_be_focused()
            await ann.page.get_by_test_id(answer).click()
            await ann.has_coins(coins)
            assert "#" not in ann.page.url


async def test_names_do_not_turn_the_words_around_them(browser: Browser, product: Product) -> None:
    """A name from right to left stands before what its owner says, and in one line of the bar and the board."""
    name = "אבג דה"
    room = await product.open_room("turned", streamer="streamer-turned")
    await product.grant("dalet", 5)
    async with (
        room_page(browser, product, "ann", room) as ann,
        product.join("dalet", room, name=name) as dalet,
    ):
        await dalet.send_gift(new_id())
        await dalet.say({"type": "send_comment", "id": new_id(), "text": "123 go"})
        line = ann.page.get_by_test_id("comment")
        places = await line.evaluate(
            """(line) => [...line.querySelectorAll("bdi")].map((part) => part.getBoundingClientRect().x)"""
        )
        assert 2 == len(places)
        assert places[0] < places[1]
        await expect(ann.page.get_by_test_id("leaderboard").locator("bdi")).to_have_text(name)
        await expect(ann.page.locator(".bar-words bdi")).to_have_count(2)
