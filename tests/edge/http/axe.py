"""What axe-core says against a page: the usual judge of whether everybody can use it."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.async_api import Page

GRAVE = ("serious", "critical")
OPTIONS = {"resultTypes": ["violations"], "preload": False}
# What fades in is not yet as it will be read; what goes round for ever never stands still.
STILL = """() => document.getAnimations().every((animation) =>
    animation.playState !== 'running' || animation.effect.getComputedTiming().endTime === Infinity)"""


async def complaints(page: Page) -> list[str]:
    """The serious and critical ones: the rule, and the elements."""
    return await _judged(page, OPTIONS)


async def by_night(page: Page) -> list[str]:
    """What cannot be read where the system's colours are dark."""
    await page.emulate_media(color_scheme="dark")
    found = await _judged(page, {**OPTIONS, "runOnly": ["color-contrast"]})
    await page.emulate_media(color_scheme="light")
    return found


async def _judged(page: Page, options: dict[str, Any]) -> list[str]:
    await page.wait_for_function(STILL)
    # Once for a page, though it goes through many states: to read the script takes longer than to judge.
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE_SCRIPT)
    found = await page.evaluate("(options) => axe.run(options)", options)
    return [
        f"{rule['id']}: {node['html'][:160]} {node['failureSummary']}"
        for rule in found["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
