from __future__ import annotations

import itertools

import pytest

from app.edge.addresses import counted_as
from app.rules.unusual import address_mark, is_large, is_unusual, news_of, notice_of
from tests.rules.test_purchases import BOUGHT


def test_a_mark_is_of_one_person_one_address_and_one_secret() -> None:
    """The same three give the same mark; another person, address or secret another one, without the address in it."""
    asked = list(itertools.product(("s" * 32, "t" * 32), ("ann", "bob"), ("192.0.2.7", "192.0.2.8")))
    marks = [address_mark(*one) for one in asked]

    assert marks == [address_mark(*one) for one in asked]
    assert len(asked) == len(set(marks))
    assert {32} == {len(mark) for mark in marks}
    assert "" == address_mark("s" * 32, "ann", "")


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("2001:db8:1:2::5", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::5", "2001:db8:1:3::5", False),
        ("::ffff:192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "192.0.2.8", False),
    ],
)
def test_addresses_count_as_elsewhere(one: str, other: str, same: bool) -> None:
    """A subscriber's /64 of IPv6 is one address, and IPv4 is itself however it is written."""
    marks = {address_mark("s" * 32, "ann", counted_as(address)) for address in (one, other)}

    assert same == (len(marks) == 1)


@pytest.mark.parametrize(
    ("coins", "unusual_from", "large"), [(99, 100, False), (100, 100, True), (10**9, 0, False), (1, 1, True)]
)
def test_what_is_large(coins: int, unusual_from: int, large: bool) -> None:
    """From the setting on; with 0 nothing is."""
    assert large == is_large(coins, unusual_from)


@pytest.mark.parametrize(
    ("used", "before", "unusual"), [((), False, False), ((), True, True), (("m",), True, False), (("n",), True, True)]
)
def test_what_is_unusual(used: tuple[str, ...], before: bool, unusual: bool) -> None:
    """An address that was not used, unless it is the first purchase of all."""
    assert unusual == is_unusual("m", used, bought_before=before)


def test_what_is_told() -> None:
    """The notice has the purchase, when it was asked for, all of its coins and its price; the news says the same."""
    notice = notice_of(BOUGHT)
    news = news_of(notice)

    assert (BOUGHT.id, BOUGHT.created_ms, BOUGHT.all_coins) == (notice.purchase, notice.at_ms, notice.coins)
    assert (BOUGHT.minor, BOUGHT.currency) == (notice.price.minor, notice.price.currency)
    assert (notice.purchase, notice.at_ms, notice.coins, notice.price) == (
        news.purchase,
        news.at_ms,
        news.coins,
        news.price,
    )
