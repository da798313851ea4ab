"""What a person may still spend, as the pages work it out."""

from __future__ import annotations

from typing import Any

import pytest

from .conftest import Page

NONE = {"gift": None, "day": None, "week": None, "month": None}


def view(spent: int = 0, **limits: Any) -> dict[str, Any]:
    """Limits as the server tells them."""
    told = {"guardian_limits": limits.pop("guardian", None), "cool_off_until_ms": limits.pop("until", None)}
    return {"limits": {**NONE, **limits}, "spent": dict.fromkeys(("day", "week", "month"), spent), **told}


def test_the_least_is_left(modules: Page) -> None:
    """The window that leaves the least counts, by the stricter of both limits; near is a fifth of it."""
    told = modules.run(
        """
        const { leastLeft, nearLimit } = await load('core/spending');
        return argument.map(([view, since]) => [leastLeft(view, since), nearLimit(view, since)?.left ?? null]);
        """,
        [
            [view(), 5],
            [view(10, day=100, week=60), 0],
            [view(10, day=100, week=60), 40],
            [view(10, day=100, guardian={"day": 20}), 99],
        ],
    )
    assert [
        [None, None],
        [{"window": "week", "limit": 60, "left": 50}, None],
        [{"window": "week", "limit": 60, "left": 10}, 10],
        [{"window": "day", "limit": 20, "left": 0}, 0],
    ] == told


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        (view(0, day=10), None),
        (view(0, day=9), {"name": "day", "left": 9}),
        (view(0, gift=3, day=1), {"name": "gift", "left": 3}),
        (view(0, until=77, day=1), {"name": "cool_off", "untilMs": 77}),
        (view(0, guardian={"locked": True}), {"name": "locked"}),
        (view(0, guardian={"gift": 4}), {"name": "gift", "left": 4}),
    ],
)
def test_what_stands_against(modules: Page, limits: dict[str, Any], expected: dict[str, Any] | None) -> None:
    """Ten coins: a lock, a break, a gift's limit and the least window, in this order."""
    code = "const { standsAgainst } = await load('core/spending'); return standsAgainst(argument, 10);"
    assert expected == modules.run(code, limits)


def test_coins_in_a_field(modules: Page) -> None:
    """A whole number with its separators is coins, nothing is null, and anything else is nothing at all."""
    told = modules.run(
        """
        const { coinsIn } = await load('core/spending');
        return argument.map((text) => coinsIn(text) ?? String(coinsIn(text)));
        """,
        ["", " ", "0", "1,234", "1.234", "12 000", "-5", "5x", "1e3", "9999999999999"],
    )
    assert ["null", "null", 0, 1234, 1234, 12000, "undefined", "undefined", "undefined", "undefined"] == told


def test_how_full_a_meter_is(modules: Page) -> None:
    """Full is full, a limit of nothing is full from the beginning, and without one there is no meter."""
    told = modules.run(
        "const { fullness } = await load('core/spending'); return argument.map((pair) => fullness(...pair));",
        [[5, 10], [20, 10], [0, 0], [5, None]],
    )
    assert [0.5, 1, 1, 0] == told
