"""The pages in a real browser on the real product: a gift is seen by all, survives what dies, is never paid twice."""

from __future__ import annotations

import asyncio
import os
import re
import signal

from playwright.async_api import Browser, expect

from app.edge.http.assets import FOLDER
from app.edge.http.pages import PAGES, WRONG_ADDRESS, bundle
from app.rules.messages import GiftSent
from tests.edge.http.tabs import PHONE, opened, overlay_address, room_page
from tests.edge.product import Product

SETTINGS = {"gift_rate": 0}
COINS = 100


async def test_gift_is_seen_by_everyone(browser: Browser, product: Product) -> None:
    """A gift that one viewer taps is paid, and shows on another's page and on the overlay."""
    room = await product.open_room("seen")
    await product.grant("ann", COINS)
    async with (
        room_page(browser, product, "ann", room) as ann,
        room_page(browser, product, "bob", room) as bob,
        opened(browser, overlay_address(product, room)) as overlay,
    ):
        await ann.has_coins(COINS)
        await expect(overlay.page.locator("body[data-connection=open]")).to_be_attached()
        await ann.send("rose")
        await bob.shows_gifts("rose", 1)
        await expect(overlay.page.locator("[data-testid=ribbon][data-gift=rose]")).to_be_visible()
        await expect(overlay.page.locator("[data-testid=ticker] [data-gift=rose]")).to_be_visible()
        await ann.has_coins(COINS - 1)
        assert "#" not in ann.page.url
    assert COINS - 1 == await product.coins("ann")


async def test_comment_and_leaderboard_are_seen(browser: Browser, product: Product) -> None:
    """What one says the other reads as text, whatever is in it; who gives stands on the board."""
    room = await product.open_room("said")
    await product.grant("ann-said", COINS)
    said = "<img src=x onerror=alert(1)> ☃"
    async with room_page(browser, product, "ann-said", room) as ann, room_page(browser, product, "bob", room) as bob:
        await ann.page.get_by_test_id("comment-field").fill(said)
        await ann.page.get_by_test_id("comment-field").press("Enter")
        await expect(bob.page.get_by_test_id("comment")).to_contain_text(said)
        await ann.send("rose")
        await expect(bob.page.get_by_test_id("leaderboard")).to_contain_text("Ann")
        await expect(bob.page.get_by_test_id("viewers")).to_have_attribute("data-count", "2")


async def test_reload_loses_nothing(browser: Browser, product: Product) -> None:
    """After a reload the wallet, the room's lines and the person are the same."""
    room = await product.open_room("reload")
    await product.grant("ann-reload", COINS)
    async with room_page(browser, product, "ann-reload", room) as ann:
        await ann.send("rose")
        await ann.has_coins(COINS - 1)
        await ann.page.reload()
        await ann.has_coins(COINS - 1)
        await ann.shows_gifts("rose", 1)
        assert [] == await ann.outbox()


async def test_gift_without_an_answer_survives_a_reload(browser: Browser, product: Product) -> None:
    """A gift whose answer was lost is shown as on its way, sent again with its id after a reload, and paid once."""
    room = await product.open_room("unanswered")
    await product.grant("ann-unanswered", COINS)
    async with (
        room_page(browser, product, "ann-unanswered", room, server_dies=True) as ann,
        product.join("watcher", room) as watcher,
    ):
        await ann.has_coins(COINS)
        store = product.store_pid()
        os.kill(store, signal.SIGSTOP)
        await ann.send("rose")
        await expect(ann.page.get_by_test_id("balance")).to_have_attribute("data-sending", "1")
        (entry,) = await ann.outbox()
        await ann.page.reload()
        (kept,) = await ann.outbox()
        assert entry["command"]["id"] == kept["command"]["id"]
        os.kill(store, signal.SIGCONT)
        await ann.has_coins(COINS - 1)
        assert [] == await ann.outbox()
        seen = await watcher.until(GiftSent)
        assert entry["command"]["id"] == seen.id
        await watcher.ping("nothing more")
        assert 1 == len(watcher.gifts())


async def test_page_outlives_its_server(browser: Browser, product: Product) -> None:
    """Everything is killed and started again: the pages come back by themselves, with the same wallet and lines."""
    room = await product.open_room("outlive")
    await product.grant("ann-outlive", COINS)
    async with (
        room_page(browser, product, "ann-outlive", room, server_dies=True) as ann,
        opened(browser, overlay_address(product, room), server_dies=True) as overlay,
    ):
        await ann.send("rose")
        await ann.has_coins(COINS - 1)
        await asyncio.to_thread(product.kill_all)
        await expect(overlay.page.locator("body:not([data-connection=open])")).to_be_attached()
        await asyncio.to_thread(product.start)
        await expect(ann.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await ann.has_coins(COINS - 1)
        await expect(overlay.page.locator("body[data-connection=open]")).to_be_attached()
        await ann.send("applause")
        await expect(overlay.page.locator("[data-testid=ticker] [data-gift=applause]")).to_be_visible()
        await ann.page.reload()
        await ann.shows_gifts("rose", 1)


async def test_gift_for_a_server_that_is_away_is_sent_when_it_is_back(browser: Browser, product: Product) -> None:
    """A gift that is tapped while there is no server waits with its id, is sent when there is one, and paid once."""
    room = await product.open_room("patience")
    await product.grant("ann-patience", COINS)
    async with room_page(browser, product, "ann-patience", room, server_dies=True) as ann:
        await ann.has_coins(COINS)
        await asyncio.to_thread(product.kill_all)
        for _ in range(3):
            await ann.send("rose")
        await expect(ann.page.get_by_test_id("balance")).to_have_attribute("data-sending", "3")
        await expect(ann.page.get_by_test_id("balance")).to_have_attribute("data-coins", str(COINS))
        kept = {entry["command"]["id"]: entry["command"]["quantity"] for entry in await ann.outbox()}
        assert 3 == sum(kept.values())
        await asyncio.to_thread(product.start)
        await ann.has_coins(COINS - 3)
        async with product.join("watcher", room) as watcher:
            snapshot = watcher.welcome.snapshot
            assert snapshot is not None
            assert kept == {gift.id: gift.quantity for gift in snapshot.recent}
    assert COINS - 3 == await product.coins("ann-patience")


async def test_demo_visitor_joins_by_name_from_the_lobby(browser: Browser, product: Product) -> None:
    """Somebody new gives a name, is in the live room with 5 000 coins, and sends a gift from a phone."""
    async with opened(browser, f"{product.url}/", **PHONE) as visitor:
        await expect(visitor.page.get_by_test_id("rooms").locator("[data-room=main]")).to_be_visible()
        await visitor.page.get_by_test_id("name-field").fill("Zoë")
        await visitor.page.get_by_test_id("join").click()
        await visitor.page.wait_for_url("**/room/*")
        await visitor.has_coins(5000)
        await visitor.send("rose")
        await visitor.has_coins(4999)
        await visitor.shows_gifts("rose", 1)


async def test_page_of_no_room_says_so(browser: Browser, product: Product) -> None:
    """A room that does not exist ends in words, not in a page that tries for ever."""
    async with opened(browser, f"{product.url}/room/nowhere#token={product.token('ann')}") as lost:
        await expect(lost.page.get_by_test_id("end-reason")).to_be_visible()
        await expect(lost.page.get_by_test_id("connection")).to_have_attribute("data-state", "stopped")


# Without a browser.


async def test_a_wrong_address_is_a_page_for_people(product: Product) -> None:
    """A browser that asks for what is not there gets a page that leads to the rooms; a program gets a problem."""
    browsers = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    async with product.http() as http:
        for path in ("/nowhere", "/room/", "/room/main/more", "/static/nowhere"):
            page = await http.get(path, headers=browsers)
            assert (404, "text/html; charset=utf-8") == (page.status_code, page.headers["content-type"])
            assert 'href="/"' in page.text
            assert "frame-ancestors 'self'" in page.headers["content-security-policy"]
            assert "bad_request" == (await http.get(path)).json()["error"]
        assert "bad_request" == (await http.get("/v1/nowhere", headers=browsers)).json()["error"]


async def test_pages_are_served_with_their_policy(product: Product) -> None:
    """Pages load nothing foreign, nobody else frames them save the overlay, and they are asked for again each time."""
    async with product.http() as http:
        for path, file in PAGES.items():
            answer = await http.get(path.replace("{id}", "main"), headers={"Accept-Encoding": "gzip, br"})
            policy = answer.headers["content-security-policy"]
            assert bundle().page(file, "en").body == answer.content
            assert "text/html; charset=utf-8" == answer.headers["content-type"]
            assert "br" == answer.headers["content-encoding"]
            assert "default-src 'self'" in policy
            assert "unsafe" not in policy
            assert policy.endswith("frame-ancestors *" if "overlay" in path else "frame-ancestors 'self'")
            assert "no-cache" == answer.headers["cache-control"]
            etag = answer.headers["etag"]
            assert 304 == (await http.get(path.replace("{id}", "main"), headers={"If-None-Match": etag})).status_code


async def test_files_are_kept_for_ever_under_their_contents_address(product: Product) -> None:
    """A file is kept for ever; under the address of another content it is sent as it is now, and asked for again."""
    script = bundle().assets["js/room.js"]
    async with product.http() as http:
        answer = await http.get(script.address)
        assert script.body == answer.content
        assert "public, max-age=31536000, immutable" == answer.headers["cache-control"]
        assert "text/javascript; charset=utf-8" == answer.headers["content-type"]
        for other in ("/static/js/room.js", "/static/js/room.0123456789abcdef.js"):
            answer = await http.get(other)
            assert script.body == answer.content
            assert "no-cache" == answer.headers["cache-control"]
        assert 404 == (await http.get("/static/js/core/uuid7.js")).status_code
        assert 405 == (await http.post(script.address)).status_code


def test_pages_have_no_code_in_them() -> None:
    """All scripts and styles are files of our own: the policy allows nothing else."""
    for file in (*PAGES.values(), WRONG_ADDRESS):
        text = (FOLDER / file).read_text()
        assert not re.search(r"<script(?![^>]*\bsrc=\"/static/)", text), file
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", text), file
        for address in re.findall(r"(?:src|href)=\"([^\"]*)\"", text):
            assert address.startswith("/"), (file, address)
            assert not address.startswith("//")
            assert not address.startswith("/static/") or (FOLDER / address.removeprefix("/static/")).exists()
