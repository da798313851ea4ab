"""What axe-core says against a page: the usual judge of whether everybody can use it."""

from __future__ import annotations

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page

GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "preload": False}
# What fades in is not yet as it will be read; what goes round for ever never stands still.
STILL = """() => document.getAnimations().every((animation) =>
    animation.playState !== 'running' || animation.effect.getComputedTiming().endTime === Infinity)"""


async def complaints(page: Page) -> list[str]:
    """The serious and critical ones, once all that moves has come to rest: the rule, and the elements."""
    await page.wait_for_function(STILL)
    found = await Axe().run(page, options=OPTIONS)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found.response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
