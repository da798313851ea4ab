"""What coins come to in money, and what exactly is bought where some are missing."""

from __future__ import annotations

from tests.static.conftest import Page


def test_money_is_rounded_up_and_written_with_its_decimals(modules: Page) -> None:
    """A part of a minor unit is a whole one, in currencies of no, two and three decimals."""
    told = modules.run("""
        const { moneyFor } = await load('core/recharge');
        const { formatMoney } = await load('core/format');
        const shown = (coins, minor, currency, exponent) =>
          formatMoney(moneyFor(coins, { minor, currency, exponent }), 'en');
        return [shown(1, 143, 'USD', 2), shown(100, 143, 'USD', 2), shown(29_999, 143, 'USD', 2),
          shown(1, 210, 'JPY', 0), shown(1, 440, 'KWD', 3)].map((said) => said.replace('\\u00a0', ' '));
    """)

    assert ["$0.02", "$1.43", "$428.99", "¥3", "KWD 0.005"] == told


def test_exactly_what_is_missing(modules: Page) -> None:
    """What is missing is bought exactly, the least that is sold where it is less, nothing where it is too much."""
    told = modules.run("""
        const { exactFor } = await load('core/recharge');
        const per100 = { minor: 143, currency: 'USD', exponent: 2 };
        const packages = { exact: { min_coins: 35, max_coins: 35000, per_100: per100 } };
        return [1, 35, 36, 35000, 35001].map((missing) => exactFor(packages, missing))
          .map((exact) => exact && [exact.coins, exact.price.minor]);
    """)

    assert [[35, 51], [35, 51], [36, 52], [35000, 50050], None] == told
