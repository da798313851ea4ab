"""What a guardian changes of what a ward may spend."""

from __future__ import annotations

from typing import Annotated

from msgspec import UNSET, Meta, Struct, UnsetType, field
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.rooms import UserId
from app.rules.spending import BLOCKED_MAX, Coins, Guard, Minute


class Hours(Struct, frozen=True):
    """Between which minutes of the ward's day coins are spent; over midnight where `to` comes before `from`."""

    from_minute: Minute = field(name="from")
    to_minute: Minute = field(name="to")


class GuardChange(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/guardian/wards/{id}/limits: what is to be changed; null takes a limit away."""

    gift: Coins | UnsetType | None = UNSET
    day: Coins | UnsetType | None = UNSET
    week: Coins | UnsetType | None = UNSET
    month: Coins | UnsetType | None = UNSET
    approve_from: Coins | UnsetType | None = UNSET
    hours: Hours | UnsetType | None = UNSET
    blocked_streamers: Annotated[tuple[UserId, ...], Meta(max_length=BLOCKED_MAX)] | UnsetType = UNSET


class LockChange(Struct, frozen=True):
    """The body of PUT /v1/guardian/wards/{id}/lock."""

    locked: bool


def change_guard(before: Guard, change: GuardChange) -> Guard:
    """What a guardian allows after that. Raises Refusal `bad_request` for hours that are none."""
    names = ("gift", "day", "week", "month", "approve_from")
    wanted = {name: value for name in names if (value := getattr(change, name)) is not UNSET}
    if isinstance(change.blocked_streamers, tuple):
        wanted["blocked"] = tuple(dict.fromkeys(change.blocked_streamers))
    if change.hours is None:
        wanted |= {"from_minute": None, "to_minute": None}
    elif isinstance(change.hours, Hours):
        if change.hours.from_minute == change.hours.to_minute:
            raise Refusal("bad_request", "The hours end at another time than they begin.")
        wanted |= {"from_minute": change.hours.from_minute, "to_minute": change.hours.to_minute}
    return replace(before, **wanted)
