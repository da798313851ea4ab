"""The gift tray's contents."""

from __future__ import annotations

from .conftest import Page


def test_tabs(modules: Page) -> None:
    """The tabs follow the tiers, each cheapest first, and an empty tier has none."""
    tabs = modules.run("""
        const { tabsOf } = await load('core/tray_model');
        const gift = (id, price_coins, tier) => ({ id, price_coins, tier });
        const tabs = tabsOf([gift('c', 2000, 'scene'), gift('b', 5, 'ribbon'), gift('a', 1, 'ribbon')]);
        return tabs.map((tab) => [tab.tier, tab.gifts.map((one) => one.id)]);
    """)

    assert [["ribbon", ["a", "b"]], ["scene", ["c"]]] == tabs


def test_what_is_on_its_way_cannot_be_spent_twice(modules: Page) -> None:
    """Coins on their way are not spendable, an unknown balance is none, and what is missing is never negative."""
    told = modules.run("""
        const { spendable, missingCoins } = await load('core/tray_model');
        const left = [spendable({ coins: 10 }, 4), spendable({ coins: 3 }, 4), spendable(null, 0)];
        return [...left, missingCoins(9, 6), missingCoins(5, 6)];
    """)

    assert [6, 0, 0, 3, 0] == told


def test_what_has_to_be_confirmed(modules: Page) -> None:
    """Small sums never ask; dear ones ask at first, above twice the dearest confirmed, and above a quarter."""
    told = modules.run("""
        const { mustAsk } = await load('core/tray_model');
        const ask = (coins, confirmed, spendable) => mustAsk(coins, { confirmed, spendable });
        return [ask(999, 0, 999), ask(1000, 0, 9e6), ask(2000, 1000, 9e6), ask(2001, 1000, 9e6),
                ask(1000, 1000, 4000), ask(1000, 1000, 3999)];
    """)

    assert [False, True, False, True, False, True] == told


def test_arrow_keys(modules: Page) -> None:
    """Arrows move through the grid in the direction of reading and stay inside it."""
    told = modules.run("""
        const { nextTile } = await load('core/tray_model');
        const move = (key, index, rtl = false) => nextTile(key, index, 7, 4, rtl);
        return [move('ArrowRight', 0), move('ArrowRight', 0, true), move('ArrowLeft', 0, true), move('ArrowDown', 1),
                move('ArrowDown', 5), move('ArrowUp', 2), move('End', 0), move('Home', 6)];
    """)

    assert [1, 0, 1, 5, 5, 2, 6, 0] == told
