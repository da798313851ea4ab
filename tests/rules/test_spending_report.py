from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.base.errors import Refusal
from app.rules.entries import Gift
from app.rules.gift_steps import GiftPaid, GiftReturned
from app.rules.spending_report import Days, Price, Spent, by_of, days_of, report
from tests.store.moving import promotion, promotion_returned

TOKYO = "Asia/Tokyo"
DAYS = Days(date(2027, 3, 1), date(2027, 3, 3), TOKYO)


def gift(coins: int, room: str = "main", receiver: str = "sam") -> Gift:
    """A gift of so many roses."""
    fields: dict[str, Any] = {"streamer_milli": 0, "platform_milli": 0, "catalogue": 1, "card": "c", "offset": 1}
    fields |= {"coins_left": 0, "streak": None, "streak_count": 0, "gift": "rose", "quantity": coins, "coins": coins}
    return Gift(id="g", sender="ann", receiver=receiver, room=room, **fields)


def at(day: int, hour: int) -> int:
    """A time in UTC."""
    return int(datetime(2027, 3, day, hour, tzinfo=UTC).timestamp() * 1000)


SPENT = [
    Spent(at(1, 14), 10, gift(10)),
    # In Tokyo it is the second of March.
    Spent(at(1, 15), 5, gift(5, "side", "sue")),
    Spent(at(2, 1), 100, promotion("ann", 100)),
    Spent(at(2, 2), -40, promotion_returned("ann", 40)),
]


def test_what_came_back_was_not_given() -> None:
    """A gift to another partition counts from when it was paid, until it comes back."""
    paid = GiftPaid("i", "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "c", 5, 2)
    back = GiftReturned("i", "ann", "sam", "main", "rose", 3, 3, 3000, 0, 1, "c", 0, 8, 0, "room_ended", False, 1)
    rows = report(DAYS, "streamer", [Spent(at(1, 14), 3, paid)], None, {}).rows
    assert [("sam", 3, 3)] == [(row.key, row.coins, row.gifts) for row in rows]
    rows = report(DAYS, "room", [Spent(at(1, 14), 3, paid), Spent(at(1, 15), -3, back)], None, {}).rows
    assert [("main", 0, 0)] == [(row.key, row.coins, row.gifts) for row in rows]


def test_by_day_room_and_streamer() -> None:
    """Every day stands there, of the person's own zone; rooms and streamers who got most come first."""
    # Its numbers are written without decimals by browsers, and with two by the table of currencies.
    price = Price("HUF", 999, 1000, "own")
    by_day = report(DAYS, "day", SPENT, price, {})
    assert [("2027-03-01", 10, 10, 10), ("2027-03-02", 65, 5, 65), ("2027-03-03", 0, 0, 0)] == [
        (row.key, row.coins, row.gifts, row.minor) for row in by_day.rows
    ]
    assert (75, 75, "HUF", 2, "own", None) == (
        by_day.coins,
        by_day.minor,
        by_day.currency,
        by_day.exponent,
        by_day.price,
        by_day.complete_from_ms,
    )
    by_room = report(DAYS, "room", SPENT, None, {"side": "Side"}, 7)
    assert [("main", None, 70), ("side", "Side", 5)] == [(row.key, row.name, row.coins) for row in by_room.rows]
    assert (None, None, 7) == (by_room.minor, by_room.price, by_room.complete_from_ms)
    by_streamer = report(DAYS, "streamer", SPENT, None, {"sam": "Sam"})
    assert [(None, 60), ("sam", 10), ("sue", 5)] == [(row.key, row.coins) for row in by_streamer.rows]


def test_which_days() -> None:
    """Thirty days up to today where the person is, or those that are asked for."""
    assert (date(2027, 2, 1), date(2027, 3, 2)) == days_of(None, None, TOKYO, at(1, 15))[:2]
    assert (date(2027, 2, 28), date(2027, 3, 1)) == days_of("2027-02-28", None, "UTC", at(1, 15))[:2]


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2027-03-02", "2027-03-01"),
        ("2026-01-01", "2027-01-02"),
        ("2027-3-1", None),
        ("", None),
        ("x" * 99, None),
        ("0001-01-01", "0001-01-01"),
        (None, "9999-12-31"),
        (None, "2027-03-01T00:00"),
    ],
)
def test_what_are_no_days(first: str | None, last: str | None) -> None:
    """Days that there are not, the wrong way round, or too many at once."""
    with pytest.raises(Refusal, match="bad_request"):
        days_of(first, last, "UTC", at(1, 0))


def test_by_what() -> None:
    """By anything else nothing is summed up."""
    assert ["day", "room", "streamer"] == [by_of(by) for by in ("day", "room", "streamer")]
    with pytest.raises(Refusal, match="bad_request"):
        by_of("gift")
