"""A video's page: the clip, the gifts over it and who gave them, in a real browser on the real product."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from playwright.async_api import Browser, Route, expect

from tests.edge.http.tabs import PHONE, WITHIN_MS, Tab, opened
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0}
CLIP = "https://clips.example/1.webm"
# A second of a real film, as the browser itself writes it.
FILM = """async () => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 64, height: 36 });
    const paint = canvas.getContext('2d');
    const recorder = new MediaRecorder(canvas.captureStream(20), { mimeType: 'video/webm' });
    const parts = [];
    recorder.ondataavailable = ({ data }) => parts.push(data);
    const whole = new Promise((resolve) => { recorder.onstop = resolve; });
    recorder.start();
    for (let i = 0; i < 20; i += 1) {
      paint.fillStyle = `hsl(${i * 18} 80% 50%)`;
      paint.fillRect(0, 0, 64, 36);
      await new Promise((resolve) => { setTimeout(resolve, 40); });
    }
    recorder.stop();
    await whole;
    return btoa(String.fromCharCode(...new Uint8Array(await new Blob(parts).arrayBuffer())));
}"""
PICTURE = "() => document.querySelector('#stage-scene').toDataURL()"


async def shows_given(tab: Tab, *gifts: str) -> None:
    """Returns when exactly these gifts stand under the video, the newest first."""
    cards = tab.page.get_by_test_id("given-gift")
    await expect(cards).to_have_count(len(gifts))
    for i, gift in enumerate(gifts):
        await expect(cards.nth(i)).to_have_attribute("data-gift", gift)


async def test_a_gift_on_a_video(browser: Browser, product: Product) -> None:
    """On a phone a gift plays over the clip for the giver and whoever watches, and stands under it from then on."""
    room = await product.open_room("clip", kind="video")
    await product.grant("ann-clip", 1000)
    address = f"{product.url}/video/{room}#token="
    async with (
        opened(browser, address + product.token("ann-clip"), **PHONE) as ann,
        opened(browser, address + product.token("bob-clip")) as bob,
    ):
        await ann.has_coins(1000)
        first = await ann.page.evaluate(PICTURE)
        await ann.page.wait_for_function(f"(first) => ({PICTURE})() !== first", arg=first, timeout=WITHIN_MS)
        assert 0 == await ann.gift("rose").count()
        await ann.page.get_by_test_id("open-gifts").click()
        await ann.page.get_by_role("tab", name="Big").click()
        await ann.send("firework")
        for tab in (ann, bob):
            await expect(tab.page.get_by_test_id("caption")).to_have_attribute("data-gift", "firework")
            await shows_given(tab, "firework")
        await ann.page.get_by_role("tab", name="Small").click()
        await ann.send("heart")
        await shows_given(bob, "heart", "firework")
        await expect(bob.page.get_by_test_id("given-total")).to_have_text("155")
        await bob.page.reload()
        await shows_given(bob, "heart", "firework")
        await bob.page.get_by_test_id("play").click()
        await expect(bob.page.get_by_test_id("play")).to_have_attribute("aria-label", "Play")


async def test_a_clip_is_played_from_where_the_platform_keeps_it(browser: Browser, product: Product) -> None:
    """An https address of another host is played on the video's page, whose policy allows it."""
    room = await product.open_room("film", kind="video", media={"url": CLIP})
    async with opened(browser, f"{product.url}/embed") as studio:
        film = base64.b64decode(await studio.page.evaluate(FILM))

    async def send(route: Route) -> None:
        await route.fulfill(body=film, content_type="video/webm")

    async with opened(browser, f"{product.url}/") as tab:
        await tab.page.route(CLIP, send)
        await tab.page.goto(f"{product.url}/video/{room}#token={product.token('ann')}")
        clip = tab.page.get_by_test_id("clip")
        await expect(clip).to_be_visible()
        await clip.evaluate("async (clip) => { clip.muted = true; await clip.play(); }")
        await tab.page.wait_for_function("() => document.querySelector('.clip').currentTime > 0.2", timeout=WITHIN_MS)


@pytest.mark.parametrize(("kind", "page", "right"), [("video", "room", "video"), ("live", "video", "room")])
async def test_the_address_of_the_other_kind(
    browser: Browser, product: Product, kind: str, page: str, right: str
) -> None:
    """A video by a room's address, and the other way round, is shown on its own page."""
    more: dict[str, Any] = {"kind": kind}
    room = await product.open_room(f"other-{new_id()}", **more)
    async with opened(browser, f"{product.url}/{page}/{room}#token={product.token('ann')}") as tab:
        await tab.page.wait_for_url(f"**/{right}/{room}")
        await expect(tab.page.get_by_test_id("live")).to_have_text("Video" if kind == "video" else "Live")
