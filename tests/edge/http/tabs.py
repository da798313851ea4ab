"""Pages as people have them: in browsers of their own, with all that goes wrong in them."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from typing import Any

from playwright.async_api import Browser, ConsoleMessage, Page, expect

from tests.edge.product import Product

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
WITHIN_MS = 45_000
# What a browser itself says of a server that is away.
AWAY = re.compile(r"ERR_CONNECTION_(REFUSED|RESET|CLOSED)|ERR_EMPTY_RESPONSE|WebSocket connection to .* failed")
# A page waits for an answer that a test holds back, however slow the machine is.
WAIT_FOR_ANSWERS = "AbortSignal.timeout = () => new AbortController().signal"
HEAR_VIOLATIONS = "addEventListener('securitypolicyviolation', (e) => console.error(`CSP: ${e.violatedDirective}`))"

expect.set_options(timeout=WITHIN_MS)


class Tab:
    """A page of somebody's own browser, and all that went wrong in it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.errors: list[str] = []
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    async def letters(self, px: int) -> None:
        """Sets the size of letters as a person does in the browser's settings; 16 is the usual."""
        session = await self.page.context.new_cdp_session(self.page)
        await session.send("Page.setFontSizes", {"fontSizes": {"standard": px, "fixed": px}})

    def gift(self, gift: str) -> Any:
        """The tile that sends a gift, under the tab of its tier."""
        return self.page.locator(f"[data-testid=tray] :not(#tray-recent) > [data-gift={gift}]")

    async def send(self, gift: str) -> None:
        """Taps a gift."""
        if not await self.gift(gift).is_visible():
            await self.page.get_by_test_id("open-gifts").click()
        await self.gift(gift).click()

    async def has_coins(self, coins: int) -> None:
        """Returns when the wallet shows so many, and nothing is on its way."""
        balance = self.page.get_by_test_id("balance")
        await expect(balance).to_have_attribute("data-coins", str(coins))
        await expect(balance).to_have_attribute("data-sending", "0")

    async def shows_gifts(self, gift: str, count: int) -> None:
        """Returns when the room's lines say so many of a gift."""
        line = self.page.locator(f"[data-testid=gift][data-gift={gift}]").last
        await expect(line).to_have_attribute("data-count", str(count))

    async def outbox(self) -> list[dict[str, Any]]:
        """The gifts that it keeps until they have an answer."""
        kept = await self.page.evaluate(
            "Object.keys(sessionStorage).filter((k) => k.startsWith('fanfare.outbox.')).map((k) => sessionStorage[k])"
        )
        return [entry for text in kept for entry in json.loads(text)]


@asynccontextmanager
async def opened(
    browser: Browser, address: str, *, server_dies: bool = False, refused: Collection[int] = (), **context: Any
) -> AsyncIterator[Tab]:
    """An address in a browser of its own; no error and no forbidden code, whatever happens.

    Args:
        browser: any.
        address: the page's.
        server_dies: whether the server is away meanwhile.
        refused: statuses that are meant to be answered, of which the browser may speak as late as it likes.
        context: as for Browser.new_context.
    """
    own = await browser.new_context(**context)
    tab = Tab(await own.new_page())
    await tab.page.add_init_script(HEAR_VIOLATIONS)
    try:
        await tab.page.goto(address)
        yield tab
    finally:
        await own.close()
    meant = [re.compile(f"status of {status}\\b") for status in refused] + [AWAY] * server_dies
    assert [] == [error for error in tab.errors if not any(word.search(error) for word in meant)]


@asynccontextmanager
async def room_page(browser: Browser, product: Product, user: str, room: str, **more: Any) -> AsyncIterator[Tab]:
    """The viewer's page of a room, with a token of the platform's."""
    async with opened(browser, f"{product.url}/room/{room}#token={product.token(user)}", **more) as tab:
        await expect(tab.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        yield tab


def overlay_address(product: Product, room: str) -> str:
    """The overlay's address, as `fanfare overlay-url` prints it."""
    return f"{product.url}/overlay/{room}#token={product.token(f'overlay-{room}', 'overlay', room=room)}"
