"""How flashes are counted: in numbers, and in what a real page paints."""

from __future__ import annotations

import asyncio

import pytest

from loadtest.browser import chromium
from loadtest.flashes import filmed, most_flashes


def blinks(a_second: float, low: float, high: float, seconds: float = 4) -> list[tuple[float, float]]:
    """A light that goes on and off, seen thirty times a second."""
    return [(i / 30, high if int(2 * a_second * i / 30) % 2 else low) for i in range(int(seconds * 30))]


@pytest.mark.parametrize(
    ("light", "most"),
    [
        (blinks(3, 0.1, 0.6), 3),
        (blinks(5, 0.1, 0.6), 5),
        (blinks(5, 0.1, 0.19), 0),
        (blinks(5, 0.82, 1.0), 0),
        ([(i / 30, i / 120) for i in range(120)], 0),
        ([], 0),
    ],
    ids=["three", "five", "too faint", "too bright", "a sunrise", "nothing"],
)
def test_a_flash_is_a_pair_of_opposing_changes(light: list[tuple[float, float]], most: int) -> None:
    """Only changes of a tenth or more, of which the darker is dark enough, are counted, and two make one flash."""
    assert most == most_flashes(light)[0]


def test_slow_changes_count_as_well() -> None:
    """A change is as large as the way from one turn to the next, in however many frames."""
    ramp = [abs((i % 30) - 15) / 15 for i in range(120)]
    assert 1 == most_flashes([(i / 30, light) for i, light in enumerate(ramp)])[0]


async def test_a_page_s_flashes_are_seen() -> None:
    """A corner of a page that flashes is counted from its frames, and a page that is still has none."""
    async with chromium() as browser:
        page, blank = await browser.new_page(), await browser.new_page()
        await page.set_content('<div id="lamp" style="position: fixed; inset: 0 60% 60% 0"></div>')
        async with filmed(await page.context.new_cdp_session(page)) as film:
            for i in range(8):
                await page.evaluate("(color) => { lamp.style.background = color; }", "#fff" if i % 2 else "#000")
                seen = len(film.times)
                async with asyncio.timeout(10):
                    while len(film.times) == seen:  # noqa: ASYNC110
                        await asyncio.sleep(0.01)
        # How long each frame took is the machine's; what was on them is not.
        film.times = [i / 10 for i in range(len(film.times))]
        found = await film.judge(blank)
    assert found.frames >= 8
    assert found.most >= 3
