"""The browser in which pages are measured: a real Chromium, drawing in software, without a window."""

from __future__ import annotations

import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

try:
    from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright
    from playwright.async_api import TimeoutError as PageTimeout
except ImportError:
    sys.exit("fanfare: measuring pages needs Playwright: pip install 'fanfare[tests]'")

__all__ = ["PHONE", "Browser", "BrowserContext", "CDPSession", "Page", "PageTimeout", "chromium"]

PHONE: dict[str, Any] = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


@asynccontextmanager
async def chromium(*arguments: str) -> AsyncIterator[Browser]:
    """The system's Chromium, or the one that Playwright has."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    async with async_playwright() as playwright:
        words = ["--no-sandbox", "--disable-gpu", *arguments]
        browser = await playwright.chromium.launch(executable_path=path, args=words)
        yield browser
        await browser.close()
