"""A real browser for the tests of the pages on the real product."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright

from tests import chromium

# As OBS starts its own browser: the overlay's sounds need no touch.
ARGS = [*chromium.ARGS, "--autoplay-policy=no-user-gesture-required"]


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    """A browser without a window."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium.PATH, args=ARGS)
        yield browser
        await browser.close()
