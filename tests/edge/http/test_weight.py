"""What the pages weigh in a real browser: bytes and requests, cold and warm, and what is loaded late."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.async_api import Browser, BrowserContext, expect

from app.edge.http.pages import bundle
from tests.edge.http.tabs import PHONE, overlay_address, room_page
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0}
REQUESTS_MAX, BYTES_MAX = 40, 160_000
READY = {
    "lobby": "[data-testid=rooms] [data-room]",
    "room": "[data-testid=connection][data-state=open]",
    "overlay": "body[data-connection=open]",
}


async def loaded(context: BrowserContext, address: str, ready: str) -> tuple[list[str], int]:
    """Opens a page: the addresses that were asked of the server, and how many bytes came."""
    page = await context.new_page()
    cdp = await context.new_cdp_session(page)
    asked: dict[str, str] = {}
    received: list[float] = []

    def keep(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            asked[event["requestId"]] = event["request"]["url"]

    def drop(event: dict[str, Any]) -> None:
        if event.get("response", {"fromDiskCache": True})["fromDiskCache"]:
            asked.pop(event["requestId"], None)

    cdp.on("Network.requestWillBeSent", keep)
    # A line that stays open is a request of its own: it must lead to nobody else either.
    cdp.on("Network.webSocketCreated", lambda event: asked.update({event["requestId"]: event["url"]}))
    cdp.on("Network.requestServedFromCache", drop)
    cdp.on("Network.responseReceived", drop)
    cdp.on("Network.loadingFinished", lambda event: received.append(event["encodedDataLength"]))
    await cdp.send("Network.enable")
    await page.goto(address, wait_until="networkidle")
    await expect(page.locator(ready).first).to_be_attached()
    await page.close()
    return list(asked.values()), round(sum(received))


@pytest.mark.parametrize("name", READY)
async def test_page_is_light_and_its_files_are_asked_for_once(browser: Browser, product: Product, name: str) -> None:
    """Cold, a page takes at most 40 requests and 160 KB, all of this host; later no file is asked for again."""
    addresses = {
        "lobby": f"{product.url}/",
        "room": f"{product.url}/room/main#token={product.token('weigher')}",
        "overlay": overlay_address(product, "main"),
    }
    context = await browser.new_context(**PHONE)
    cold, weight = await loaded(context, addresses[name], READY[name])
    warm, _ = await loaded(context, addresses[name], READY[name])
    await context.close()

    assert {urlsplit(product.url).netloc} == {urlsplit(address).netloc for address in cold + warm}
    assert len(cold) <= REQUESTS_MAX
    assert weight <= BYTES_MAX
    assert [] == [address for address in cold if "/scenes/" in address]
    assert any("/static/js/" in address for address in cold)
    assert [] == [address for address in warm if "/static/" in address]
    # What the page has loaded before any script runs is what the script uses.
    rooms = {urlsplit(address).query for address in cold if urlsplit(address).path == "/v1/rooms"}
    assert rooms == ({""} if name == "lobby" else set())


async def test_every_late_file_can_be_loaded(browser: Browser, product: Product) -> None:
    """Each scene comes alone, from a file of its own that gives the one thing that the page takes from it."""
    scenes = [asset.address for name, asset in bundle().assets.items() if "/scenes/" in name]
    load = (
        "async (address) => Object.values(await import(address)).map(({ durationS, draw }) => durationS > 5 && !!draw)"
    )
    async with room_page(browser, product, "ann", "main") as ann:
        for scene in scenes:
            assert [True] == await ann.page.evaluate(load, scene), scene
    assert 13 == len(scenes)


async def test_a_scene_plays_from_its_own_file(browser: Browser, product: Product) -> None:
    """A gift with a scene loads that scene's file and no other, and plays it."""
    room = await product.open_room("late-scene")
    await product.grant("bob-scene", 50_000)
    async with room_page(browser, product, "ann", room) as ann, product.join("bob-scene", room) as bob:
        asked: list[str] = []
        ann.page.on("request", lambda request: asked.append(request.url.removeprefix(product.url)))
        async with ann.page.expect_response("**/scenes/**") as answer:
            await bob.send_gift(new_id(), "lion")
        assert (await answer.value).ok
        await expect(ann.page.locator("body[data-scene=lion]")).to_be_attached()

    assert [bundle().assets["js/art/scenes/lion.js"].address] == [a for a in asked if "/js/" in a]


# How bright a picture is at a point given in shares of its sides, 0 to 255.
LIGHT = """async ([picture, x, y]) => {
    const image = new Image();
    image.src = `data:image/png;base64,${picture}`;
    await image.decode();
    const context = new OffscreenCanvas(image.width, image.height).getContext("2d");
    context.drawImage(image, 0, 0);
    const [r, g, b] = context.getImageData(image.width * x, image.height * y, 1, 1).data;
    return (r + g + b) / 3;
}"""


async def test_stage_is_lit_at_the_first_paint(browser: Browser, product: Product) -> None:
    """Before any script is there, the room's page shows a stage with light in its middle and dark above."""
    context = await browser.new_context(**PHONE)
    page = await context.new_page()
    await page.route("**/*.js", lambda route: route.abort())
    await page.goto(f"{product.url}/room/main")
    picture = base64.b64encode(await page.screenshot()).decode()
    middle, top = [await page.evaluate(LIGHT, [picture, x, y]) for x, y in ((0.5, 0.37), (0.02, 0.01))]
    await context.close()

    assert middle > 80
    assert top < 25


async def test_icons_of_a_shut_tray_are_not_drawn_up(browser: Browser, product: Product) -> None:
    """A phone that shows no gifts draws up none of their icons; when the tray opens, it does those in view."""
    async with room_page(browser, product, "ann", "main", **PHONE) as ann:
        drawn = "() => [...document.querySelectorAll('.tile-art img')].filter((icon) => icon.naturalWidth).length"
        await ann.page.wait_for_function("() => document.getElementById('stage-scene').width !== 300")
        assert 0 == await ann.page.evaluate(drawn)
        assert 34 <= await ann.page.locator(".tile-art img").count()
        await ann.page.get_by_test_id("open-gifts").click()
        await ann.page.wait_for_function(f"() => ({drawn})() > 0")
        assert await ann.page.evaluate(drawn) < 34
