"""What becomes of a promotion: a pure decision for each step, and how far it should be at any moment.

It is asked, then refused or running; it ends with all delivered, with its time, or with its room, and what was not
delivered goes back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from app.base.errors import Refusal
from app.rules.entries import Promotion as PromotionEntry
from app.rules.entries import PromotionReturned
from app.rules.moves import Move
from app.rules.rooms import Room

Status = Literal["asked", "refused", "running", "returning", "ended"]
HOUR_MS = 3_600_000
PARTS = 60
"""Into so many parts its time is divided; what happened is counted by them."""


class Promotion(Struct, frozen=True, kw_only=True):
    """A promotion as the archive keeps it.

    Attributes:
        book: the version of the package's price.
        why: its refusal, as `words_of` in spending.py has it; or why it ended: delivered, time_over, room_ended,
            not_promotable.
        delivered: impressions so far, a moment behind the store while it runs.
        returned: coins that went back.
        n: the journal number of the coins' entry; 0 before.
        browser: the mark of the browser that it was bought in, which is its buyer's too; '' where it is not known.
    """

    id: str
    user: str
    room: str
    package: str
    book: str
    coins: int
    impressions: int
    hours: int
    status: Status
    created_ms: int
    started_ms: int = 0
    ends_ms: int = 0
    ended_ms: int = 0
    why: str = ""
    delivered: int = 0
    returned: int = 0
    n: int = 0
    browser: str = ""

    @property
    def undelivered_coins(self) -> int:
        """What goes back if it ends now: pro rata, rounded up for the buyer."""
        return -(-self.coins * (self.impressions - self.delivered) // self.impressions)


def check_room(room: Room) -> None:
    """Raises Refusal: `room_not_live`, or `not_promotable` where its owner says no."""
    if room.status != "live":
        raise Refusal("room_not_live")
    if not room.promotable:
        raise Refusal("not_promotable")


def entry(promotion: Promotion, *, approved: bool = False) -> PromotionEntry:
    """What its coins are spent by. `approved`: a guardian has to agree, and has."""
    return PromotionEntry(
        id=promotion.id,
        user=promotion.user,
        coins=promotion.coins,
        room=promotion.room,
        package=promotion.package,
        impressions=promotion.impressions,
        book=promotion.book,
        approved=approved,
    )


def start(promotion: Promotion, n: int, now_ms: int) -> Promotion:
    """Its coins were spent by the entry n: it runs from now on."""
    ends_ms = now_ms + promotion.hours * HOUR_MS
    return msgspec.structs.replace(promotion, status="running", started_ms=now_ms, ends_ms=ends_ms, n=n)


def refuse(promotion: Promotion, slug: str, now_ms: int) -> Promotion:
    """Its coins could not be spent."""
    return msgspec.structs.replace(promotion, status="refused", why=slug, ended_ms=now_ms)


def why_room_ends(room: Room | None) -> str:
    """Why a room ends its promotions, '' where it does not; None is one that is not there any more."""
    if room is None or room.status != "live":
        return "room_ended"
    return "" if room.promotable else "not_promotable"


def why_over(promotion: Promotion, delivered: int, room_ends: str, now_ms: int) -> str:
    """Why it is over, '' while it runs; `room_ends` is what its room says, '' also where nobody knows that now."""
    if delivered >= promotion.impressions:
        return "delivered"
    return room_ends or ("time_over" if now_ms >= promotion.ends_ms else "")


def end(promotion: Promotion, delivered: int, why: str, now_ms: int) -> tuple[Promotion, Sequence[Move]]:
    """It is over with so many delivered: what has become of it, and the entry by which the rest goes back."""
    delivered = min(max(delivered, promotion.delivered), promotion.impressions)
    ended = msgspec.structs.replace(promotion, status="ended", why=why, delivered=delivered, ended_ms=now_ms)
    if not (coins := ended.undelivered_coins):
        return ended, ()
    back = PromotionReturned(id=ended.id, user=ended.user, coins=coins, room=ended.room, delivered=delivered, why=why)
    return msgspec.structs.replace(ended, status="returning"), (back,)


def behind(impressions: int, counted: int, start_ms: int, end_ms: int, now_ms: int) -> float:
    """How far a promotion is behind its even pace, as a part of all its impressions; below zero: ahead."""
    return (now_ms - start_ms) / (end_ms - start_ms) - counted / impressions


def part_of(promotion: Promotion, at_ms: int) -> int:
    """Which part of its time a moment is in."""
    part = (at_ms - promotion.started_ms) * PARTS // (promotion.ends_ms - promotion.started_ms)
    return min(max(part, 0), PARTS - 1)
