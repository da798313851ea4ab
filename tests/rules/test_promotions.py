from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.entries import PromotionReturned
from app.rules.promotions import (
    HOUR_MS,
    PARTS,
    Promotion,
    behind,
    check_room,
    end,
    entry,
    part_of,
    refuse,
    start,
    why_over,
    why_room_ends,
)
from app.rules.rooms import Payee, Room

ASKED = Promotion(
    id="m1",
    user="ann",
    room="main",
    package="full_house",
    book="b1",
    coins=500,
    impressions=1000,
    hours=1,
    status="asked",
    created_ms=1,
)
RUNNING = start(ASKED, 7, 1000)
ROOM = Room(id="main", title="Main", kind="live", status="live", streamer=Payee("sam", "Sam"))


def test_it_runs_for_its_hours() -> None:
    """It runs from when its coins were spent, for as long as was bought; refused, it never does."""
    assert ("running", 7, 1000, 1000 + HOUR_MS) == (RUNNING.status, RUNNING.n, RUNNING.started_ms, RUNNING.ends_ms)
    assert ("refused", "wallet_frozen", 5) == tuple(
        getattr(refuse(ASKED, "wallet_frozen", 5), name) for name in ("status", "why", "ended_ms")
    )
    assert ("m1", "ann", 500, "main", 1000) == tuple(
        getattr(entry(ASKED), name) for name in ("id", "user", "coins", "room", "impressions")
    )


@pytest.mark.parametrize(
    ("room", "slug"),
    [({"status": "ended"}, "room_not_live"), ({"promotable": False}, "not_promotable"), ({}, "")],
)
def test_which_rooms(room: dict[str, object], slug: str) -> None:
    """A live room can be promoted, unless its owner says no."""
    changed = msgspec.structs.replace(ROOM, **room)
    if not slug:
        check_room(changed)
        return
    with pytest.raises(Refusal, match=slug):
        check_room(changed)


@pytest.mark.parametrize(
    ("delivered", "room", "now_ms", "why"),
    [
        (999, ROOM, 1000 + HOUR_MS - 1, ""),
        (999, ROOM, 1000 + HOUR_MS, "time_over"),
        (1000, None, 2 * HOUR_MS, "delivered"),
        (0, None, 1001, "room_ended"),
        (0, msgspec.structs.replace(ROOM, status="ended"), 1001, "room_ended"),
        (0, msgspec.structs.replace(ROOM, promotable=False), 1001, "not_promotable"),
    ],
)
def test_why_it_is_over(delivered: int, room: Room | None, now_ms: int, why: str) -> None:
    """It ends with all delivered, with its room, with its owner's no, or with its time."""
    assert why == why_over(RUNNING, delivered, why_room_ends(room), now_ms)


@given(coins=st.integers(1, 10**8), impressions=st.integers(10, 10**5), data=st.data())
def test_what_goes_back(coins: int, impressions: int, data: st.DataObject) -> None:
    """What was not delivered goes back pro rata, rounded up for the buyer by less than a coin, never more than all."""
    delivered = data.draw(st.integers(0, impressions))
    running = msgspec.structs.replace(RUNNING, coins=coins, impressions=impressions)
    ended, entries = end(running, delivered, "time_over", 9)
    exact = coins * (impressions - delivered) / impressions
    back = sum(one.coins for one in entries if isinstance(one, PromotionReturned))

    assert exact <= back + 1e-6
    assert back < exact + 1
    assert back <= coins
    assert ("returning" if back else "ended") == ended.status
    assert (0 == back) == (delivered == impressions)
    assert (delivered, "time_over", 9) == (ended.delivered, ended.why, ended.ended_ms)


def test_what_was_told_before_counts() -> None:
    """A store that knows less than was kept takes nothing back, and never are there more than were bought."""
    kept = msgspec.structs.replace(RUNNING, delivered=600)

    assert [600, 1000] == [end(kept, counted, "time_over", 9)[0].delivered for counted in (0, 1001)]


def test_an_even_pace() -> None:
    """At half of its time it should be half delivered."""
    assert [0.5, 0.0, -0.25] == [behind(1000, counted, 0, 100, 50) for counted in (0, 500, 750)]
    assert [0, 0, 30, PARTS - 1, PARTS - 1] == [
        part_of(RUNNING, 1000 + at_ms) for at_ms in (-5, 0, HOUR_MS // 2, HOUR_MS - 1, 2 * HOUR_MS)
    ]
