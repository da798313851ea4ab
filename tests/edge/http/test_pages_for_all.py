"""The pages for everybody: small and low screens, large letters, the system's own colours, no mouse and no eyes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.async_api import Browser, expect

from tests.edge.http.tabs import PHONE, opened, room_page
from tests.edge.product import Product

SETTINGS = {"gift_rate": 0}

UPRIGHT = (390, 844)
# A phone across, a large one across, a small one upright and across, a desktop at 200 %, one at 150 %, a desktop.
SCREENS = ((844, 390), (932, 430), (320, 568), (568, 320), (640, 400), (910, 512), UPRIGHT, (1280, 800))
# What a gift needs: the first price of the tab, how many, which tab, the words, the wallet, the way out.
NEEDED = (
    "[role=tabpanel]:not([hidden]) .tile-price",
    ".quantity:last-child",
    "[role=tab]:last-child",
    "[data-testid=words]",
    "[data-testid=balance]",
    "[data-testid=leave]",
)
# Of these selectors, those whose first element is not wholly seen: outside of the screen, or cut off by what it is in.
OUT_OF_SIGHT = """(selectors) => selectors.filter((selector) => {
  const node = document.querySelector(selector);
  const box = node.getBoundingClientRect();
  let [top, right, bottom, left] = [0, innerWidth, innerHeight, 0];
  for (let up = node.parentElement; up; up = up.parentElement) {
    if (getComputedStyle(up).overflow === 'visible') continue;
    const edge = up.getBoundingClientRect();
    [top, right] = [Math.max(top, edge.top), Math.min(right, edge.right)];
    [bottom, left] = [Math.min(bottom, edge.bottom), Math.max(left, edge.left)];
  }
  return !box.width || box.top < top - 1 || box.bottom > bottom + 1 || box.left < left - 1 || box.right > right + 1;
})"""
# Texts that are wider than their place.
CUT_OFF = """() => [...document.querySelectorAll(
    '.tab, .quantity span, .tile-name, .tile-price, .balance, .button, .badge, .bar-viewers, .open-gifts, ' +
    '.chip span, .status')]
  .filter((node) => node.checkVisibility() && node.scrollWidth > node.clientWidth + 1)
  .map((node) => `${node.className}: ${node.textContent}`)"""
# Buttons, links and fields whose name leaves out a word that is written on them.
UNNAMED = """() => [...document.querySelectorAll('button, a[href], input')].filter((node) => {
  const words = (text) => text.toLowerCase().match(/[\\p{L}\\p{N}]+/gu) ?? [];
  const name = words(node.getAttribute('aria-label') ?? node.labels?.[0]?.innerText ?? node.innerText);
  return node.checkVisibility() && (!name.length || words(node.innerText).some((word) => !name.includes(word)));
}).map((node) => node.outerHTML)"""


async def test_prices_are_seen_on_every_screen(browser: Browser, product: Product) -> None:
    """With the tray open, all that a gift needs is on the screen, whichever way it is held or zoomed."""
    room = await product.open_room("screens")
    async with room_page(browser, product, "ann", room, **PHONE) as ann:
        await ann.page.get_by_test_id("open-gifts").click()
        hidden = {}
        for width, height in SCREENS:
            await ann.page.set_viewport_size({"width": width, "height": height})
            await expect(ann.gift("rose")).to_be_visible()
            hidden[width, height] = await ann.page.evaluate(OUT_OF_SIGHT, NEEDED)
        assert {screen: [] for screen in SCREENS} == hidden
        # A desktop at 400 %: there the words are a scroll away.
        await ann.page.set_viewport_size({"width": 320, "height": 256})
        await expect(ann.gift("rose").locator(".tile-price")).to_be_in_viewport(ratio=1)
        await ann.page.get_by_test_id("words").focus()
        await expect(ann.page.get_by_test_id("words")).to_be_in_viewport(ratio=1)


async def test_letters_of_twice_the_size_fit(browser: Browser, product: Product) -> None:
    """With letters at 200 % nothing is cut off and the prices are seen, on a phone and on a desktop, questions too."""
    room = await product.open_room("letters")
    await product.grant("ann-letters", 5000)
    async with room_page(browser, product, "ann-letters", room, **PHONE) as ann:
        await ann.has_coins(5000)
        await ann.letters(32)
        await expect(ann.page.locator("html")).to_have_css("font-size", "32px")
        await ann.page.get_by_test_id("open-gifts").click()
        for width, height in (UPRIGHT, (1280, 800)):
            await ann.page.set_viewport_size({"width": width, "height": height})
            assert [] == await ann.page.evaluate(OUT_OF_SIGHT, NEEDED)
            assert [] == await ann.page.evaluate(CUT_OFF)
            assert await ann.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        await ann.page.set_viewport_size({"width": 390, "height": 844})
        await ann.page.get_by_role("tab", name="Grand").click()
        await ann.send("galaxy")
        await expect(ann.page.get_by_test_id("ask-yes")).to_be_in_viewport(ratio=1)
        assert [] == await ann.page.evaluate(CUT_OFF)


async def test_names_hold_what_is_written(browser: Browser, product: Product) -> None:
    """Every button, link and field has a name, and in it each word that stands on it: who says the word reaches it."""
    room = await product.open_room("names")
    await product.grant("ann-names", 5000)
    async with opened(browser, f"{product.url}/") as lobby:
        await expect(lobby.page.locator("[data-room=main]")).to_be_visible()
        assert [] == await lobby.page.evaluate(UNNAMED)
    async with room_page(browser, product, "ann-names", room, **PHONE) as ann:
        await ann.has_coins(5000)
        assert [] == await ann.page.evaluate(UNNAMED)
        await ann.page.get_by_test_id("open-gifts").click()
        await ann.page.get_by_text("×10", exact=True).click()
        await ann.send("rose")
        await expect(ann.page.get_by_test_id("combo")).to_have_attribute("data-count", "10")
        assert [] == await ann.page.evaluate(UNNAMED)


async def test_focus_survives(browser: Browser, product: Product) -> None:
    """By keyboard on a phone: into the tray, to a question and back, and out of the tray, the focus is never lost."""
    room = await product.open_room("focus")
    await product.grant("ann-focus", 5000)
    async with room_page(browser, product, "ann-focus", room, **PHONE) as ann:
        await ann.has_coins(5000)
        keyboard = ann.page.keyboard
        await ann.page.get_by_test_id("open-gifts").focus()
        await keyboard.press("Enter")
        await expect(ann.page.get_by_role("tab", name="Small")).to_be_focused()
        await keyboard.press("End")
        await expect(ann.page.get_by_role("tab", name="Grand")).to_be_focused()
        await keyboard.press("Tab")
        await expect(ann.gift("galaxy")).to_be_focused()
        await keyboard.press("Enter")
        await expect(ann.page.get_by_test_id("ask-no")).to_be_focused()
        await keyboard.press("Escape")
        await expect(ann.gift("galaxy")).to_be_focused()
        await keyboard.press("Escape")
        await expect(ann.page.get_by_test_id("open-gifts")).to_be_focused()


@pytest.mark.parametrize("screen", [UPRIGHT, (1280, 800)])
async def test_the_system_s_own_colours(browser: Browser, product: Product, screen: tuple[int, int]) -> None:
    """With forced colours each state and icon is seen: chosen tab and number, muted, missing, live, what to press."""
    user = f"ann-forced-{screen[0]}"
    room = await product.open_room(user)
    await product.grant(user, 10)
    size = {"width": screen[0], "height": screen[1]}
    async with room_page(browser, product, user, room, viewport=size, forced_colors="active") as ann:
        await ann.has_coins(10)
        if screen == UPRIGHT:
            await expect(ann.page.get_by_test_id("open-gifts")).not_to_have_css("border-top-color", "rgba(0, 0, 0, 0)")
            await ann.page.get_by_test_id("open-gifts").click()
        await ann.page.get_by_text("×10", exact=True).click()
        seen: Any = await ann.page.evaluate(
            """() => {
              const css = (selector, name, part) => getComputedStyle(document.querySelector(selector), part)[name];
              const differ = (name, ...selectors) => css(selectors[0], name) !== css(selectors[1], name);
              const mute = css('.mute', 'borderTopWidth');
              document.querySelector('.mute').click();
              const ground = css('body', 'backgroundColor');
              const shape = (selector, part) => css(selector, 'backgroundColor', part) !== ground;
              return {
                tab: differ('backgroundColor', '.tab[aria-selected=true]', '.tab[aria-selected=false]:not([hidden])'),
                number: differ('backgroundColor', '.quantity :checked + span', '.quantity :not(:checked) + span'),
                missing: differ('color', '[data-gift=heart] .tile-name', '[data-gift=rose] .tile-name'),
                muted: mute !== css('.mute', 'borderTopWidth'),
                icons: shape('.mute', '::before') && shape('.eye'),
                live: shape('.badge', '::before'),
              };
            }"""
        )
        assert dict.fromkeys(seen, True) == seen
