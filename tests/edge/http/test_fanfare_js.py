"""The client library in a real browser: on our own example, and on a page of another origin."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.async_api import Browser, expect

from app.base.errors import CloseCode
from app.client.errors import FINAL_FROM, Closed
from app.edge.http.assets import FOLDER
from app.rules.messages import CommentPosted, GiftSent
from tests.edge.http.tabs import opened
from tests.edge.product import Product
from tests.edge.site import new_id


class _Page(BaseHTTPRequestHandler):
    """An empty page of another site."""

    def do_GET(self) -> None:
        """Answers everything with it."""
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><link rel=icon href='data:,'><title>Elsewhere</title>")

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""


ELSEWHERE = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
ADDRESS = f"http://127.0.0.1:{ELSEWHERE.server_port}"
FILES = ("js/fanfare.js", "fanfare.d.ts")
SETTINGS = {"origins": ADDRESS, "gift_rate": 0}

JOIN = """async ([server, room, token, renewed]) => {
    const { Fanfare } = await import(`${server}/static/fanfare.js`);
    window.heard = [];
    window.fanfare = new Fanfare({ server, room, token, renew: async () => renewed });
    for (const type of ["welcome", "gift_sent", "status", "answer"])
        fanfare.addEventListener(type, ({ detail }) => heard.push([type, detail.state ?? detail.gift ?? ""]));
    fanfare.connect();
}"""


def test_types_name_what_the_library_has() -> None:
    """Each public member of the client stands in its types, and nothing else does."""
    code, types = ((FOLDER / name).read_text().partition("class Fanfare extends EventTarget")[2] for name in FILES)
    types = types.partition("\n}\n")[0]
    members = set(re.findall(r"^  (?:async |get )*([a-z]\w*)\([^)]*\) \{$", code, re.MULTILINE))
    named = set(re.findall(r"^  (?:readonly )?([a-z]\w*)[(:]", types, re.MULTILINE))

    assert {"connect", "close", "sendGift", "comment", "coins"} <= members
    assert members == named - {"addEventListener"}


def test_both_clients_give_the_same_reasons() -> None:
    """Why a line is closed for good has the same slug in the library as in the client for Python."""
    why = dict(re.findall(r"(\d{4}): \"(\w+)\"", (FOLDER / FILES[0]).read_text()))
    final = [code for code in CloseCode if code >= FINAL_FROM]

    assert {code: Closed(code).slug for code in final} == {
        code: why.get(str(int(code)), "bad_request") for code in final
    }
    assert set(why) <= {str(int(code)) for code in final}


@pytest.fixture(scope="module", autouse=True)
def elsewhere() -> Iterator[None]:
    """The other site."""
    thread = threading.Thread(target=ELSEWHERE.serve_forever)
    thread.start()
    yield
    ELSEWHERE.shutdown()
    thread.join()
    ELSEWHERE.server_close()


async def test_a_page_of_another_site_gives_a_gift(browser: Browser, product: Product) -> None:
    """A site in FANFARE_ORIGINS imports the library, joins, gives, comments, and is told its balance and refusals."""
    room = await product.open_room("elsewhere")
    await product.grant("eve", 10)
    async with opened(browser, ADDRESS) as tab, product.join("watcher", room) as watcher:
        await tab.page.evaluate(JOIN, [product.url, room, product.token("eve"), None])
        accepted = await tab.page.evaluate("fanfare.sendGift('rose', { quantity: 3, message: 'hi' })")
        sent = await watcher.until(GiftSent)
        assert (accepted["id"], "rose", 3, "hi") == (sent.id, sent.gift, sent.quantity, sent.message)
        await tab.page.evaluate("fanfare.comment('from elsewhere')")
        assert "from elsewhere" == (await watcher.until(CommentPosted)).text
        refused = await tab.page.evaluate("fanfare.sendGift('crown').catch((e) => [e.name, e.slug, e.details.price])")
        assert ["FanfareError", "insufficient_coins", 99] == refused
        assert [7, 7, []] == await tab.page.evaluate(
            "(async () => [fanfare.coins, (await fanfare.wallet()).coins, fanfare.unanswered])()"
        )
        posted, muted = await tab.page.evaluate(
            "Promise.all([fanfare.comment('again'), fanfare.comment('').catch((e) => e.slug)])"
        )
        assert ("comment_posted", "again", "bad_request") == (posted["type"], posted["text"], muted)
        state = re.search(r"^export interface State {\n(.*?)^}$", (FOLDER / FILES[1]).read_text(), re.M | re.S)
        assert state
        assert re.findall(r"^  (\w+):", state[1], re.M) == await tab.page.evaluate("Object.keys(fanfare.state)")
        heard = await tab.page.evaluate("heard")
        assert [["status", "connecting"], ["welcome", ""], ["status", "open"]] == heard[:3]
        assert ["gift_sent", "rose"] in heard
        await tab.page.evaluate("fanfare.close()")
        assert "stopped" == await tab.page.evaluate("fanfare.status.state")
    assert 7 == await product.coins("eve")


async def test_a_gift_outlives_the_line_and_the_token(browser: Browser, product: Product) -> None:
    """A gift that was sent into a closed line goes out once it is open again; a token that ran out is renewed."""
    room = await product.open_room("outlives")
    await product.grant("liv", 10)
    async with opened(browser, ADDRESS) as tab:
        expired, good = product.token("liv", for_s=-1), product.token("liv")
        await tab.page.evaluate(JOIN, [product.url, room, expired, good])
        await tab.page.wait_for_function("fanfare.status.state === 'open'")
        await tab.page.evaluate("() => { fanfare.close(); window.paid = fanfare.sendGift('rose'); }")
        await tab.page.wait_for_function("fanfare.unanswered.length === 1")
        await tab.page.evaluate("fanfare.connect()")
        assert "gift_accepted" == (await tab.page.evaluate("paid"))["type"]
    assert 9 == await product.coins("liv")


async def test_a_line_that_is_over_says_why(browser: Browser, product: Product) -> None:
    """Where the server wants nobody back, all is refused at once, with the reason; somebody else may go on."""
    asked = (
        "[fanfare.sendGift('rose'), fanfare.comment('hi')].map((asked) => asked.catch((e) => [e.slug, e.retryable]))"
    )
    async with opened(browser, ADDRESS) as tab:
        for room, token, slug in (("nowhere", product.token("ann"), "room_not_found"), ("main", "x", "unauthorized")):
            await tab.page.evaluate(JOIN, [product.url, room, token, None])
            await tab.page.wait_for_function("fanfare.status.state === 'stopped'")
            assert [[slug, False]] * 2 == await tab.page.evaluate(f"Promise.all({asked})")
            assert [] == await tab.page.evaluate("fanfare.unanswered")
        await product.grant("ann-again", 5)
        await tab.page.evaluate("(token) => fanfare.become(token)", product.token("ann-again"))
        await tab.page.wait_for_function("fanfare.status.state === 'open'")
        assert "rose" == (await tab.page.evaluate("fanfare.sendGift('rose')"))["gift"]


async def test_the_example_page(browser: Browser, product: Product) -> None:
    """Thirty lines join the demo's room, show the coins and all gifts, and give a rose, in the page's language."""
    await product.grant("other", 5)
    async with opened(browser, f"{product.url}/embed?lang=de") as tab, product.join("other") as other:
        await expect(tab.page.get_by_text("Deine Münzen:")).to_be_visible()
        await expect(tab.page.locator("#line")).to_be_hidden()
        await tab.page.get_by_role("button", name="Eine Rose schicken").click()
        await expect(tab.page.locator("#paid")).to_have_text("Bezahlt.")
        await expect(tab.page.locator("#coins")).to_have_text("4999")
        await other.send_gift(new_id(), "heart")
        await expect(tab.page.locator("#gifts li").first).to_have_text("Other: Herz × 1")
        await expect(tab.page.locator("#gifts li")).to_have_count(2)
