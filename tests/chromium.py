"""How the tests start Chromium: without a screen, and without a word to anybody but the product."""

from __future__ import annotations

import shutil

# None: the browser that Playwright itself may have.
PATH = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
ARGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
