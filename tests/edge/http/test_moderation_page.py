"""A moderator's menu and what the muted person sees, in a real browser on the real product."""

from __future__ import annotations

import pytest
from playwright.async_api import Browser, expect

from app.rules.messages import CommentRemoved
from tests.edge.http.buying import make_tables
from tests.edge.http.tabs import opened, room_page
from tests.edge.product import Product

SETTINGS = {"comment_rate": 0}


@pytest.fixture(scope="module", autouse=True)
def tables(product: Product) -> None:
    """The archive's tables."""
    make_tables(product)


async def test_a_moderator_mutes_and_the_muted_see_until_when(browser: Browser, product: Product) -> None:
    """The comment goes, the person reads until when nothing can be said, also after a reload; others can speak on."""
    room = await product.open_room("ordered")
    async with (
        room_page(browser, product, "rude", room) as rude,
        opened(browser, f"{product.url}/room/{room}#token={product.token('mo', 'moderator')}") as mo,
        product.join("watcher", room) as watcher,
    ):
        await expect(mo.page.get_by_test_id("connection")).to_have_attribute("data-state", "open")
        await rude.page.get_by_test_id("comment-field").fill("nobody likes you")
        await rude.page.keyboard.press("Enter")
        await expect(rude.page.get_by_test_id("moderate")).to_have_count(0)
        await mo.page.get_by_test_id("moderate").click()
        await mo.page.get_by_test_id("mute-10").click()
        note = rude.page.get_by_test_id("composer-note")
        await expect(note).to_contain_text("You are muted until")
        await expect(rude.page.get_by_test_id("comment-field")).not_to_be_editable()
        await mo.page.get_by_test_id("moderate").click()
        await mo.page.get_by_test_id("remove").click()
        await watcher.until(CommentRemoved)
        await expect(mo.page.get_by_test_id("comment")).to_have_count(0)
        await rude.page.reload()
        await expect(note).to_contain_text("You are muted until")
        await expect(mo.page.get_by_test_id("composer-note")).to_be_hidden()
