from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.money import MILLI, PPM, award, diamonds_text, milli_of

COINS = st.integers(min_value=0, max_value=9 * 10**15)


@given(COINS, st.integers(min_value=0, max_value=PPM))
def test_shares_add_up(coins: int, award_ppm: int) -> None:
    """The streamer's part and the platform's are a gift's coins, to the thousandth, and neither is below zero."""
    streamer, platform = award(coins, award_ppm)

    assert coins * MILLI == streamer + platform
    assert streamer >= 0
    assert platform >= 0


@given(COINS, st.integers(min_value=0, max_value=PPM))
def test_the_streamer_gets_the_rate_rounded_down(coins: int, award_ppm: int) -> None:
    """The streamer's part is the exact share less what is smaller than a thousandth."""
    exact = Decimal(coins) * MILLI * award_ppm / PPM

    assert 0 <= exact - award(coins, award_ppm).streamer < 1


@pytest.mark.parametrize(
    ("coins", "award_ppm", "expected"),
    [
        (1, PPM, (1000, 0)),
        (1, 0, (0, 1000)),
        (1, 333_333, (333, 667)),
        (44_999 * 999, 500_000, (22_477_000_500, 22_477_000_500)),
    ],
)
def test_awards_by_example(coins: int, award_ppm: int, expected: tuple[int, int]) -> None:
    """One for one, nothing, a third and a half."""
    assert expected == award(coins, award_ppm)


@pytest.mark.parametrize(
    ("milli", "expected"),
    [
        (0, "0"),
        (1, "0.001"),
        (10, "0.01"),
        (100, "0.1"),
        (999, "0.999"),
        (1000, "1"),
        (1500, "1.5"),
        (10_000, "10"),
        (100_050, "100.05"),
    ],
)
def test_diamonds_by_example(milli: int, expected: str) -> None:
    """Diamonds are written with as few places as they need."""
    assert expected == diamonds_text(milli)


@given(COINS)
def test_diamonds_lose_no_digit(milli: int) -> None:
    """The text is the exact amount, with at most three places and no zero at the end of them."""
    text = diamonds_text(milli)
    _, point, places = text.partition(".")

    assert Decimal(milli) / MILLI == Decimal(text)
    assert len(places) <= 3
    assert not point or places[-1] != "0"


@given(st.integers(min_value=0, max_value=10**15 - 1))
def test_diamonds_that_are_written_are_read(milli: int) -> None:
    """Each amount is the same after it was written and read."""
    assert milli == milli_of(diamonds_text(milli))


@pytest.mark.parametrize(("text", "milli"), [("2000", 2_000_000), ("2000.50", 2_000_500), ("0.001", 1), ("007", 7000)])
def test_diamonds_as_people_write_them(text: str, milli: int) -> None:
    """Places may be left out or written in full."""
    assert milli == milli_of(text)


@pytest.mark.parametrize("text", ["", "-1", "+1", "1.", ".5", "1.2345", "1e3", "1,5", " 1", "NaN", "٣", "9" * 13])
def test_no_diamonds(text: str) -> None:
    """What is no such number is refused."""
    with pytest.raises(ValueError, match="diamonds with up to three decimals are expected"):
        milli_of(text)
