"""What bounds a person's spending: limits, a pending raise, a cool-off, reminders, and what a guardian allows.

The sums are kept and judged by the store's scripts (lib/spenders.lua): in the same step as the coins move. Nothing here
is an entry of the journal: it moves no value. It is kept in the archive, and a rebuild brings it back.
"""

from __future__ import annotations

import struct
from typing import Annotated, NamedTuple

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.zones import Zone, window_at

RAISED_AFTER_MS = 24 * 3_600_000
DAY_MS = 86_400_000
COOL_OFFS = {"24h": DAY_MS, "7d": 7 * DAY_MS, "30d": 30 * DAY_MS, "6m": 183 * DAY_MS}
WINDOWS = ("day", "week", "month")
BLOCKED_MAX = 200

Coins = Annotated[int, Meta(ge=0, le=1_000_000_000_000)]
Minute = Annotated[int, Meta(ge=0, le=1439)]

_come = struct.Struct(">11d")
_pack = msgspec.msgpack.Encoder().encode


class Limits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Coins for one gift, a day, a week (from Monday on) and a month at most; null: as many as there are."""

    gift: Coins | None = None
    day: Coins | None = None
    week: Coins | None = None
    month: Coins | None = None


class Guard(Limits, frozen=True, kw_only=True, omit_defaults=True):
    """What a guardian allows. From `approve_from` coins on the guardian is asked.

    `from` and `to` are minutes of the day between which coins are spent; `blocked` streamers are given nothing.
    """

    approve_from: Coins | None = None
    from_minute: Minute | None = msgspec.field(default=None, name="from")
    to_minute: Minute | None = msgspec.field(default=None, name="to")
    blocked: Annotated[tuple[str, ...], Meta(max_length=BLOCKED_MAX)] = ()
    locked: bool = False


class Bounds(Struct, frozen=True, kw_only=True):
    """All that was set for a person; each change has a greater `version`.

    Attributes:
        tz: the zone whose days are counted.
        own: the person's own limits, until those that come `later` hold, from `later_ms` on.
        cool_off_ms: until when nothing is bought or spent.
        every: a reminder is told after so many coins of one sitting.
        guard: what the guardian allows.
    """

    version: int = 0
    tz: str = "UTC"
    own: Limits = Limits()
    later: Limits | None = None
    later_ms: int = 0
    cool_off_ms: int = 0
    every: Coins | None = None
    guard: Guard | None = None

    def stops(self, now_ms: int) -> bool:
        """Whether nothing at all may be bought or spent at that time: in a cool-off, and under a lock."""
        return now_ms < self.cool_off_ms or (self.guard is not None and self.guard.locked)

    def at(self, now_ms: int) -> Bounds:
        """The same at that time: a raise whose time has come holds."""
        if self.later is None or now_ms < self.later_ms:
            return self
        return replace(self, own=self.later, later=None, later_ms=0)


class LimitsChange(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/me/limits: what is to be changed; null takes a limit away."""

    gift: Coins | UnsetType | None = UNSET
    day: Coins | UnsetType | None = UNSET
    week: Coins | UnsetType | None = UNSET
    month: Coins | UnsetType | None = UNSET
    reminder_every: Annotated[int, Meta(ge=1, le=1000000000)] | UnsetType | None = UNSET


def change_limits(bounds: Bounds, change: LimitsChange, now_ms: int) -> Bounds:
    """Lower limits hold at once, higher ones a day later: all that wait then, from the last raise on."""
    bounds = bounds.at(now_ms)
    own, later = bounds.own, bounds.later or bounds.own
    raised = False
    for name in ("gift", *WINDOWS):
        wanted = getattr(change, name)
        if wanted is UNSET:
            continue
        if not _is_raise(getattr(own, name), wanted):
            own = replace(own, **{name: wanted})
        elif wanted != getattr(later, name):
            # The same once more does not wait anew.
            raised = True
        later = replace(later, **{name: wanted})
    waits = later != own
    return replace(
        bounds,
        own=own,
        later=later if waits else None,
        later_ms=0 if not waits else now_ms + RAISED_AFTER_MS if raised else bounds.later_ms,
        every=bounds.every if change.reminder_every is UNSET else change.reminder_every,
    )


def _is_raise(before: int | None, wanted: int | None) -> bool:
    return before is not None and (wanted is None or wanted > before)


def cool_off(bounds: Bounds, span_ms: int, now_ms: int) -> Bounds:
    """Nothing is bought or spent for so long; one that goes on for longer stays as it is."""
    return replace(bounds, cool_off_ms=max(bounds.cool_off_ms, now_ms + span_ms))


def needs_guardian(bounds: Bounds, coins: int) -> bool:
    """Whether a guardian has to agree to that many coins."""
    guard = bounds.guard
    return guard is not None and guard.approve_from is not None and coins >= guard.approve_from


def check_purchase(bounds: Bounds, now_ms: int) -> None:
    """Raises Refusal `locked`, or `limit_reached` while a cool-off goes on."""
    if bounds.guard is not None and bounds.guard.locked:
        raise refusal_of("locked|0|0")
    if now_ms < bounds.cool_off_ms:
        raise refusal_of(f"cool_off|0|{bounds.cool_off_ms}")


SAID = {
    "gift": "This costs more than your limit for one gift.",
    "day": "Your limit for a day is reached.",
    "week": "Your limit for a week is reached.",
    "month": "Your limit for a month is reached.",
    "cool_off": "You are taking a break from spending.",
    "guardian_gift": "This costs more than your guardian allows for one gift.",
    "guardian_day": "What your guardian allows for a day is reached.",
    "guardian_week": "What your guardian allows for a week is reached.",
    "guardian_month": "What your guardian allows for a month is reached.",
    "guardian_hours": "Your guardian allows no spending at this time of the day.",
    "guardian_streamer": "Your guardian allows no gifts to this streamer.",
    "guardian": "Your guardian has refused this.",
    "guardian_approval": "Your guardian has to agree to that first; ask again.",
}


def refusal_of(text: str) -> Refusal:
    """The refusal that a text of lib/limits.lua stands for: `<limit>|<left>|<when it begins anew>`."""
    limit, left, resets_ms = text.split("|")
    if limit == "locked":
        return Refusal("locked")
    if limit == "approval":
        # It was not asked for: the guardian has changed what is allowed in that moment.
        limit = "guardian_approval"
    return Refusal("limit_reached", SAID[limit], limit=limit, left=int(left), resets_ms=int(resets_ms) or None)


def words_of(refusal: Refusal) -> str:
    """A refusal as it is kept: its slug, and behind a blank what `refusal_of` takes, where a limit was reached."""
    if refusal.slug != "limit_reached":
        return refusal.slug
    limit, left, resets_ms = (refusal.details.get(name) or 0 for name in ("limit", "left", "resets_ms"))
    return f"{refusal.slug} {limit}|{left}|{resets_ms}"


def refusal_in(words: str) -> Refusal:
    """The refusal that was kept so."""
    slug, _, limit = words.partition(" ")
    return refusal_of(limit) if limit else Refusal(slug)


class Come(NamedTuple):
    """How far a person has come, as `spending` keeps it: see lib/spenders.lua."""

    till_ms: float
    upto: float
    most: float
    day_from: float
    day_end: float
    week_from: float
    week_end: float
    month_from: float
    month_end: float
    sat_from: float
    sat_ms: float

    def packed(self) -> bytes:
        """As the store has it."""
        return _come.pack(*self)


def read_come(raw: bytes) -> Come:
    """How far a person has come, by the store's text."""
    return Come(*_come.unpack(raw))


def begun(given: int, spent: tuple[int, int, int], zone: Zone, now_ms: int) -> Come:
    """How far somebody has come of whom nothing was kept: coins given in all, and spent in the windows that run."""
    day, week, month = (given - coins for coins in spent)
    day_end, week_end, month_end = (window_at(getattr(zone, name), now_ms)[1] for name in WINDOWS)
    return Come(0, 0, 0, day, day_end, week, week_end, month, month_end, given, 0)


def packed(bounds: Bounds) -> bytes:
    """As the store has it."""
    return _pack(bounds)


def spent_by(come: Come, given: int, now_ms: int) -> tuple[int, int, int]:
    """Coins spent in the windows that run, by what the store keeps of somebody who has given so much in all."""
    day, week, month = (
        0 if now_ms >= ends else int(given - begin)
        for begin, ends in (
            (come.day_from, come.day_end),
            (come.week_from, come.week_end),
            (come.month_from, come.month_end),
        )
    )
    return day, week, month
