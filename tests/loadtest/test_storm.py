"""The storm over a page, a short one."""

from __future__ import annotations

import subprocess
import sys

import pytest

from app.store.keys import Keys
from loadtest.storm import Storm, command, measure, mixed, told
from loadtest.target import Target
from tests.edge.product import Product
from tests.edge.site import API_KEY, SECRET

SETTINGS = {"gift_rate": 0, "command_rate": 0}
SHORT = "--rate 60 --seconds 2 --senders 4 --dear 40 --rest 0.5 --flashes --show"


async def test_a_page_lives_through_a_storm(product: Product) -> None:
    """Each gift counts on the page as on the server, the page stays small, and nothing flashes more than it may.

    All of the show is in it: words on gifts, thanks, a goal that is reached, levels.
    """
    args = command().parse_args(["--page", "room", *SHORT.split()])
    (storm,) = await measure(Target(product.url, SECRET, API_KEY), args)

    assert 120 == storm.gifts
    assert storm.totals_equal
    assert 0 < storm.frame_median <= storm.frame_p95 <= storm.frame_max
    assert 0 < storm.elements_before <= storm.elements_most <= 1500
    assert 0 < storm.heap_before
    assert storm.flashes
    assert storm.flashes.frames > 10
    assert storm.flashes.most <= 3
    said = str(product.ask_store("XRANGE", Keys().log("storm"), "-", "+"))
    assert all(f'"{what}"' in said for what in ("message", "shout_out", "goal_reached", "level_up"))


def test_dear_gifts_stand_among_small_ones() -> None:
    """In each so many places stands a gift of all, the dearest first; without others it is dear ones alone."""
    gifts = [
        {"id": "rose", "tier": "ribbon", "price_coins": 1},
        {"id": "crown", "tier": "float", "price_coins": 99},
        {"id": "lion", "tier": "scene", "price_coins": 29_999},
    ]
    assert ["rose", "crown", "lion", "rose", "crown", "crown", "rose", "crown", "rose"] == [
        gift["id"] for gift in mixed(gifts, 3)
    ]
    assert ["lion", "crown", "rose"] == [gift["id"] for gift in mixed(gifts, 1)]


def test_a_storm_in_words() -> None:
    """It says where totals differ, and flashes only where they were counted."""
    storm = Storm("room", 60, 18_000, 16.7, 77, 180.5, 490, 1040, 1018, 3.3, 4.5, False, None)
    assert "DIFFER" in told(storm)
    assert "flashes" not in told(storm)


@pytest.mark.parametrize("words", [["--help"], ["--page", "nowhere"], ["--url", "http://127.0.0.1:1"]])
def test_command_says_how_it_is_used(words: list[str]) -> None:
    """Help, or what is wrong with the arguments, comes with the way to use it, and not as a traceback."""
    done = subprocess.run([sys.executable, "-m", "loadtest.storm", *words], capture_output=True, text=True, timeout=30)

    assert (0 if words == ["--help"] else 2) == done.returncode
    assert "usage: python -m loadtest.storm" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
