"""What the pages of one's own money reckon: days and times, lines of a history, what can be done about a purchase."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.statements import KINDS

from .conftest import Page

MONEY = {"minor": 0, "currency": "USD", "exponent": 2}
CREDITED: dict[str, Any] = {
    "status": "credited",
    "checkout_url": None,
    "expires_ms": 10,
    "credited_ms": 5,
    "withdraw_until_ms": 100,
    "refunded": MONEY,
}


def test_days_and_times(modules: Page) -> None:
    """Today and yesterday are called so, an older day by its date, with its year where that is another."""
    told = modules.run("""
        const { formatDay, formatUntil, formatCalendarDay } = await load('core/dates');
        const now = new Date(2026, 10, 25, 0, 30).getTime();
        const hour = 3_600_000;
        const days = [now, now - hour, now - 26 * hour, new Date(2024, 0, 2).getTime()];
        return [days.map((ms) => formatDay(ms, 'en', now)),
          [0, 20_000, 90 * 60_000, 80 * hour].map((ms) => formatUntil(now + ms, 'en', now)),
          formatCalendarDay('2026-01-31', 'en')];
    """)

    assert [
        ["today", "yesterday", "Monday, November 23", "Tuesday, January 2, 2024"],
        ["in 1 second", "in 20 seconds", "in 2 hours", "in 3 days"],
        "Jan 31",
    ] == told


def test_lines_by_day(modules: Page) -> None:
    """Lines of one day stand under one heading; each says what it was for, or the words of who gave it."""
    told = modules.run("""
        const { aboutOf, byDay, FILTERS } = await load('core/wallet_lines');
        const days = byDay([{ at_ms: 30 }, { at_ms: 21 }, { at_ms: 20 }], (ms) => String(Math.floor(ms / 10)));
        const promoted = { promotion: 'p', room: 'main' };
        const whats = { bonus: {}, grant: { reason: 'welcome' }, gift: { room: 'main' }, promotion: promoted };
        const about = Object.entries(whats).map(([kind, what]) => aboutOf({ kind, what }));
        const kinds = FILTERS.flatMap((filter) => filter.kinds);
        return [days.map(({ day, lines }) => [day, lines.length]), about, new Set(kinds).size === kinds.length, kinds];
    """)
    days, about, once, kinds = told

    assert [["3", 1], ["2", 2]] == days
    assert [{"key": "line_bonus_about"}, {"said": "welcome"}, None, {"said": "main"}] == about
    assert once
    assert set(KINDS) == set(kinds)


@pytest.mark.parametrize(
    ("changed", "now_ms", "expected"),
    [
        ({}, 100, {"giveBack": True, "receipt": True, "undo": "until"}),
        ({}, 101, {"receipt": True, "undo": "over"}),
        ({"withdraw_until_ms": None}, 1, {"receipt": True, "undo": "none"}),
        ({"refunded": {**MONEY, "minor": 5}}, 1, {"giveBack": True, "receipt": True, "undo": "until", "partly": True}),
        ({"status": "refunded"}, 1, {"receipt": True}),
        ({"status": "refunded", "credited_ms": None}, 1, {}),
        ({"status": "created", "credited_ms": None, "checkout_url": "/c"}, 9, {"pay": True}),
        ({"status": "created", "credited_ms": None, "checkout_url": "/c"}, 10, {}),
    ],
)
def test_what_can_be_done_about_a_purchase(
    modules: Page, changed: dict[str, Any], now_ms: int, expected: dict[str, Any]
) -> None:
    """It is paid while its checkout is open, given back while the right lasts; it has a receipt once credited."""
    told = modules.run(
        "return (await load('core/purchase_state')).stateOf(...argument);", [{**CREDITED, **changed}, now_ms]
    )

    nothing = {"pay": False, "receipt": False, "giveBack": False, "undo": None, "partly": False}
    assert {**nothing, **expected} == told


def test_every_day_of_a_span(modules: Page) -> None:
    """Days without a gift are there as well, up to today in UTC; the scale ends with a round number."""
    told = modules.run("""
        const { everyDay, indexAt, spanOf, topOf } = await load('core/plot');
        const span = spanOf(3, Date.parse('2026-03-01T00:00Z'));
        const known = [{ day: '2026-02-28', gifts: 2, coins: 5, diamonds: '2.5', gifters: 1 }];
        return [span, everyDay(span, known).map(({ day, diamonds }) => [day, diamonds]),
          [0, 0.3, 7, 10, 1001, 4000].map(topOf), [-5, 0, 29, 30, 300].map((x) => indexAt(x, 90, 3))];
    """)

    assert [
        {"from": "2026-02-27", "to": "2026-03-01"},
        [["2026-02-27", "0"], ["2026-02-28", "2.5"], ["2026-03-01", "0"]],
        [10, 0.5, 10, 10, 2000, 5000],
        [0, 0, 0, 1, 2],
    ] == told


def test_diamonds_as_people_type_them(modules: Page) -> None:
    """Separators of thousands and a decimal comma are understood, and what is no amount above zero is none."""
    typed = ["2000", " 2 000.5 ", "2,000", "1,234,567.25", "2000,5", "0", "-5", "1.2345", "many", ""]
    told = modules.run("const { diamondsOf } = await load('core/diamonds'); return argument.map(diamondsOf);", typed)

    assert ["2000", "2000.5", "2000", "1234567.25", "2000.5", None, None, None, None, None] == told


@pytest.mark.parametrize(
    ("diamonds", "card", "worth", "least"),
    [
        ("2000.5", {"diamond_value_micros": 5000, "minimum": {**MONEY, "minor": 1000}}, 1000, 2000),
        (
            "1999.999",
            {"diamond_value_micros": 750_000, "minimum": {"minor": 1500, "currency": "JPY", "exponent": 0}},
            1499,
            2000,
        ),
        (
            "7",
            {"diamond_value_micros": 1500, "minimum": {"minor": 3000, "currency": "KWD", "exponent": 3}},
            10,
            2000,
        ),
    ],
)
def test_what_diamonds_are_worth(modules: Page, diamonds: str, card: dict[str, Any], worth: int, least: int) -> None:
    """In each currency, with its decimals, rounded down as the server does; and what the least payout takes."""
    told = modules.run(
        "const { worthOf, leastDiamonds } = await load('core/diamonds');"
        "return [worthOf(...argument).minor, leastDiamonds(argument[1])];",
        [diamonds, card],
    )

    assert [worth, least] == told
