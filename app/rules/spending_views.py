"""What people are shown of the limits of their spending, and told of them."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

from app.rules.guardians import GuardianView
from app.rules.spending import WINDOWS, Bounds, Guard, Limits
from app.rules.zones import Zone, window_at

# A user's id and a gift's, or the mark of a purchase.
APPROVAL_MAX = 128


class LimitsChanged(Struct, frozen=True, tag="limits_changed"):
    """What bounds the spending of this connection's user was changed."""


class Reminder(Struct, frozen=True, tag="reminder"):
    """So many coins went out in one sitting as the user wished to be reminded after; in all of today, `spent_today`."""

    spent_today: int


class ApprovalDecided(Struct, frozen=True, tag="approval_decided"):
    """What a guardian was asked for is decided, or was not in time: what was approved goes when it is sent once more.

    `id` is the `approval` of the refusal `approval_needed`.
    """

    id: Annotated[str, Meta(max_length=APPROVAL_MAX)]
    approved: bool


class SpentView(Struct, frozen=True):
    """Coins spent in the windows that run."""

    day: int
    week: int
    month: int


class ResetsView(Struct, frozen=True):
    """When the windows that run end."""

    day_ms: int
    week_ms: int
    month_ms: int


class LimitAmounts(Struct, frozen=True):
    """Coins for one gift, a day, a week and a month at most; null: as many as there are."""

    gift: int | None
    day: int | None
    week: int | None
    month: int | None


class PendingLimits(Struct, frozen=True):
    """Limits that hold from that time on."""

    limits: LimitAmounts
    from_ms: int


class LimitsView(Struct, frozen=True, kw_only=True):
    """What bounds a person's spending, and how far it has come. A guardian's limits hold beside the person's own."""

    limits: LimitAmounts
    pending: PendingLimits | None
    spent: SpentView
    resets: ResetsView
    tz: str
    cool_off_until_ms: int | None
    reminder_every: int | None
    guardian_limits: Guard | None
    guardian: GuardianView | None = None


Told = LimitsChanged | Reminder | ApprovalDecided


def view_of(bounds: Bounds, spent: tuple[int, int, int], zone: Zone, now_ms: int) -> LimitsView:
    """A person's limits as they are at that time; `spent` in the day, week and month that run."""
    bounds = bounds.at(now_ms)
    ends = (window_at(getattr(zone, name), now_ms)[1] for name in WINDOWS)
    return LimitsView(
        limits=amounts_of(bounds.own),
        pending=None if bounds.later is None else PendingLimits(amounts_of(bounds.later), bounds.later_ms),
        spent=SpentView(*spent),
        resets=ResetsView(*ends),
        tz=bounds.tz,
        cool_off_until_ms=bounds.cool_off_ms if bounds.cool_off_ms > now_ms else None,
        reminder_every=bounds.every,
        guardian_limits=bounds.guard,
    )


def amounts_of(limits: Limits) -> LimitAmounts:
    """Limits with those that there are not."""
    return LimitAmounts(limits.gift, limits.day, limits.week, limits.month)
