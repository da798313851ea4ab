from __future__ import annotations

import json
import re
from typing import Any

import msgspec
import pytest

from app.rules.catalogue import Catalogue, Gift, load, parse

GIFT: dict[str, Any] = {
    "id": "g",
    "name": "G",
    "price_coins": 1,
    "tier": "ribbon",
    "streakable": True,
    "animation": "hop",
    "sound": "pop",
}


def catalogue_of(*gifts: dict[str, Any]) -> bytes:
    """A catalogue's text with these gifts."""
    return json.dumps({"version": 1, "gifts": gifts}).encode()


def one(**changed: Any) -> Gift:
    """A gift with these fields changed."""
    (gift,) = parse(catalogue_of({**GIFT, **changed})).gifts
    return gift


def test_the_catalogue_that_ships() -> None:
    """There are at least 24 gifts, among them the four that everyone knows, at their prices."""
    prices = {gift.name: gift.price_coins for gift in load().gifts}

    assert len(prices) >= 24
    known = ("Rose", "Heart", "Crown", "Luxury Yacht")
    assert {"Rose": 1, "Heart": 5, "Crown": 99, "Luxury Yacht": 20_000} == {name: prices[name] for name in known}


def test_ids_are_unique_and_plain() -> None:
    """Each gift has an id of its own, of characters that need no escape in JSON, a key or a tab-separated field."""
    gifts = load().gifts

    assert len(gifts) == len(load().by_id())
    assert [] == [gift.id for gift in gifts if not re.fullmatch("[a-z0-9_]{1,64}", gift.id)]


def test_a_batch_of_the_dearest_stays_exact() -> None:
    """A full batch of the dearest gift, at most 999 of it each, is far within the integers that Lua keeps exact."""
    dearest = max(gift.price_coins for gift in load().gifts)

    assert dearest * 999 * 256 * 1000 < 2**53


def test_by_id_finds_the_gift() -> None:
    """A gift is found by its id."""
    assert "Rose" == load().by_id()["rose"].name


def test_available_everywhere_at_all_times() -> None:
    """A gift without dates and countries can always be sent."""
    assert one().available(0, None)
    assert one().available(10**15, "PL")


def test_available_within_its_dates() -> None:
    """A gift can be sent from its first millisecond to the one before its end."""
    gift = one(from_ms=10, until_ms=20)

    assert [False, True, True, False] == [gift.available(now_ms, None) for now_ms in (9, 10, 19, 20)]


def test_available_in_its_countries() -> None:
    """A gift for some countries cannot be sent from others, nor by those whose country is unknown."""
    gift = one(countries=["PL", "US"])

    assert [True, True, False, False] == [gift.available(0, country) for country in ("PL", "US", "DE", None)]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b'{"version":1}',
        catalogue_of({**GIFT, "price_coins": 0}),
        catalogue_of({**GIFT, "price_coins": -1}),
        catalogue_of({**GIFT, "price_coins": 1.5}),
        catalogue_of({**GIFT, "price_coins": "1"}),
        catalogue_of({**GIFT, "tier": "huge"}),
        catalogue_of({name: value for name, value in GIFT.items() if name != "streakable"}),
        catalogue_of({**GIFT, "scopes": []}),
        catalogue_of({**GIFT, "scopes": ["radio"]}),
        catalogue_of(GIFT, GIFT),
    ],
)
def test_bad_catalogues(text: bytes) -> None:
    """A wrong shape, an id twice and a price that is not positive are refused."""
    with pytest.raises((ValueError, msgspec.DecodeError)):
        parse(text)


def test_an_empty_catalogue_is_one() -> None:
    """A catalogue may be empty."""
    assert Catalogue(version=1, gifts=()) == parse(catalogue_of())
