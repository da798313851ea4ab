"""What operators switch off for everyone, and on again: purchases, gifts, payouts, and single gifts. Each says why."""

from __future__ import annotations

from typing import Literal, get_args

from msgspec import Struct

from app.base.errors import Refusal
from app.rules.adjustments import Reason

Name = Literal["purchases", "gifts", "payouts"]
NAMES: tuple[Name, ...] = get_args(Name)
# As the store has them among those who are frozen: no person's id has a colon.
ALL_GIFTS, ONE_GIFT = "switch:gifts", "gift:"


class SwitchRequest(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/ops/switches/{name} and /v1/ops/gifts/{gift}. The reason is shown to everyone."""

    on: bool
    reason: Reason


class Switch(Struct, frozen=True, kw_only=True):
    """A switch as operators see it. Its name is one of NAMES, or a gift's behind ONE_GIFT."""

    name: str
    on: bool
    reason: str
    by: str
    changed_ms: int


class SwitchList(Struct, frozen=True):
    """All switches, and the single gifts that were ever switched."""

    switches: list[Switch]


class Off(Struct, frozen=True):
    """Something that is switched off, and why."""

    name: str
    reason: str


class WhatIsOff(Struct, frozen=True):
    """What is switched off now: switches by their names, single gifts by their ids."""

    switches: list[Off]
    gifts: list[Off]


def switch_of(gift: str) -> str:
    """The name of the switch of one gift."""
    return ONE_GIFT + gift


def store_name(name: str) -> str | None:
    """What the store knows a switch by that is judged with each gift; None for one that the archive judges."""
    if name == "gifts":
        return ALL_GIFTS
    return name if name.startswith(ONE_GIFT) else None


def switched_off(name: str, reason: str) -> Refusal:
    """The refusal of what is switched off."""
    what = "This gift is" if name.startswith(ONE_GIFT) else f"{name.capitalize()} are"
    return Refusal("switched_off", f"{what} switched off for now: {reason}", reason=reason)
