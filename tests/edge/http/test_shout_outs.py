"""HTTP for shout-outs, and words that an overlay shows and reads out, heard in a real browser."""

from __future__ import annotations

import shutil
from typing import Any

import pytest
from playwright.async_api import Browser, Page, expect

from app.rules.messages import Error
from tests.edge.http.tabs import WITHIN_MS, opened, overlay_address
from tests.edge.product import Product
from tests.edge.site import API_KEY, new_id

SETTINGS = {"gift_rate": 0, "workers": 2}
# The loudest moment of all that the page has sent to its loudspeakers by a track that plays sound from a file.
LISTEN = """
    const connect = AudioNode.prototype.connect;
    globalThis.heard = 0;
    AudioNode.prototype.connect = function (to, ...more) {
      if (this instanceof AudioBufferSourceNode && !this.loop && to instanceof GainNode) {
        const ear = this.context.createAnalyser();
        const samples = new Float32Array(ear.fftSize);
        connect.call(to, ear);
        const timer = setInterval(() => {
          ear.getFloatTimeDomainData(samples);
          const energy = Math.sqrt(samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length);
          globalThis.heard = Math.max(globalThis.heard, energy);
        }, 20);
        this.addEventListener('ended', () => clearInterval(timer));
      }
      return connect.call(this, to, ...more);
    };
"""


async def call(product: Product, method: str, path: str, token: str = API_KEY, body: Any = None) -> tuple[int, Any]:
    """Status, and the answer or the slug."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json=body)
    is_json = "json" in answer.headers["content-type"]
    return answer.status_code, (answer.json().get("error") or answer.json()) if is_json else answer.content


async def listens(page: Page) -> None:
    """Returns when the overlay is connected and knows what is read out."""
    await expect(page.locator("body")).to_have_attribute("data-connection", "open")
    await expect(page.locator(".spoken")).to_have_attribute("data-ready", "true")


@pytest.mark.skipif(not shutil.which("espeak-ng"), reason="espeak-ng is not installed: apt install it")
async def test_words_are_approved_shown_and_heard(browser: Browser, product: Product) -> None:
    """Words that wait are not shown; approved, they stand on the overlay and are heard; skipped, they are gone."""
    room, gift = await product.open_room("spoken"), new_id()
    base = f"/v1/rooms/{room}/shout-outs"
    await product.grant("ann-spoken", 1000)
    async with (
        opened(browser, "about:blank") as overlay,
        product.join("ann-spoken", room) as ann,
    ):
        await overlay.page.add_init_script(LISTEN)
        await overlay.page.goto(overlay_address(product, room))
        await listens(overlay.page)
        assert 200 == (await call(product, "PUT", base, body={"approve": True}))[0]
        await expect(overlay.page.locator(".spoken")).to_have_attribute("data-approve", "true")
        await ann.send_gift(gift, "crown", message="Good evening from Lisbon, you sing so well tonight")
        await expect(overlay.page.get_by_test_id("ribbon")).to_contain_text("Crown")
        await expect(overlay.page.locator("body")).not_to_contain_text("Lisbon")
        assert 202 == (await call(product, "POST", f"{base}/{gift}/approve"))[0]
        await expect(overlay.page.get_by_test_id("spoken")).to_contain_text("Good evening from Lisbon")
        await overlay.page.wait_for_function("() => globalThis.heard > 0.01", timeout=WITHIN_MS)
        assert 202 == (await call(product, "POST", f"{base}/{gift}/skip"))[0]
        await expect(overlay.page.get_by_test_id("spoken")).to_have_count(0)


async def test_words_wait_while_a_scene_plays(browser: Browser, product: Product) -> None:
    """Words that come with a scene are read out when it is over, not before."""
    room = await product.open_room("behind")
    await product.grant("ann-behind", 100_000)
    async with opened(browser, overlay_address(product, room)) as overlay, product.join("ann-behind", room) as ann:
        await listens(overlay.page)
        await overlay.page.evaluate("""() => {
            globalThis.over = false;
            new MutationObserver(() => {
              const spoken = document.querySelector('[data-testid=spoken]');
              if (spoken && document.body.dataset.sceneTier === 'scene') globalThis.over = true;
            }).observe(document.body, { subtree: true, childList: true, attributes: true });
        }""")
        await ann.send_gift(new_id(), "galaxy", message="for you")
        await expect(overlay.page.locator("body")).to_have_attribute("data-scene", "galaxy")
        await expect(overlay.page.get_by_test_id("spoken")).to_contain_text("for you")
        assert not await overlay.page.evaluate("globalThis.over")


async def test_who_may_hear_and_decide(product: Product) -> None:
    """The voice is for the room's own overlay and streamer; what is wrong has a slug, and links are refused."""
    room, gift, cheap = await product.open_room("heard"), new_id(), new_id()
    base = f"/v1/rooms/{room}/shout-outs"
    await product.grant("ann-heard", 1000)
    async with product.join("ann-heard", room) as ann:
        await ann.send_gift(gift, "crown", message="hello there")
        await ann.send_gift(cheap, "heart", message="hello")
        refused = await ann.send_gift(new_id(), "crown", message="see spam.com")
        assert isinstance(refused, Error)
        assert "link_in_words" == refused.error
    streamer = product.token("streamer", "streamer")
    overlay, other = (product.token("o", "overlay", room=where) for where in (room, "main"))
    status, view = await call(product, "GET", base, overlay)
    assert (200, 99) == (status, view["from_coins"])
    for token in (overlay, streamer):
        status, sound = await call(product, "GET", f"{base}/{gift}/audio", token)
        assert (status, sound[:4]) == (200, b"RIFF") if view["voice_of"] == "server" else sound == "voice_off"
    viewer = product.token("ann-heard")
    for token in (other, viewer, product.token("x", "streamer")):
        assert (403, "forbidden") == await call(product, "GET", f"{base}/{gift}/audio", token)
    assert (403, "forbidden") == await call(product, "POST", f"{base}/{gift}/approve", overlay)
    assert (404, "no_shout_out") == await call(product, "POST", f"{base}/{cheap}/approve", streamer)
    assert (404, "unknown_gift_send") == await call(product, "POST", f"{base}/{new_id()}/replay", streamer)
    for wrong in ({"volume": 101}, {"voice": "xx"}, {"approve": "yes"}):
        assert (400, "bad_request") == await call(product, "PUT", base, streamer, wrong)
