"""A room's goal: so many coins, or so many of a gift, given from the moment it was set. It is no entry of the journal.

It moves no value, and how far it has come is the sum of gifts that the journal has: a rebuild counts them anew, and so
does a proof of the books. The gift's own script counts it: a gift and what it did to the goal are there together or
not at all, and the gift that reaches the goal says so once, whatever dies.
"""

from __future__ import annotations

from collections.abc import Container
from typing import Annotated

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.entries import ShownGift
from app.rules.texts import one_line, seen

TARGET_MAX = 1_000_000_000_000
TITLE_MAX = 60
GoalTitle = Annotated[str, Meta(min_length=1, max_length=TITLE_MAX)]


class NewGoal(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/rooms/{id}/goal.

    Attributes:
        target: so many coins, or so many of `gift`.
        ends_ms: gifts after that time do not count; null: until it is cleared.
    """

    title: GoalTitle
    target: int
    gift: Annotated[str, Meta(max_length=64)] | None = None
    ends_ms: int | None = None


class Goal(Struct, frozen=True, kw_only=True):
    """A goal that was set. Each has an id of its own: the same goal set once more is another one."""

    id: Annotated[str, Meta(max_length=32)]
    title: GoalTitle
    target: int
    gift: Annotated[str, Meta(max_length=64)] | None
    ends_ms: int | None


class GoalView(Goal, frozen=True, kw_only=True):
    """A goal as everyone sees it: `progress` goes on beyond `target` when it is `reached`."""

    progress: int
    reached: bool


class KeptGoal(Goal, frozen=True, kw_only=True):
    """A goal as its room keeps it: gifts behind entry `since_n` count."""

    since_n: int

    def counts(self, gift: ShownGift, at_ms: int) -> int:
        """What a gift to the room is to the goal that was written at that time, behind `since_n`."""
        if self.ends_ms is not None and at_ms > self.ends_ms:
            return 0
        if self.gift is None:
            return gift.coins
        return gift.quantity if gift.gift == self.gift else 0


class RoomGoal(Struct, frozen=True):
    """A room's goal, null where it has none."""

    goal: GoalView | None


def goal_of(new: NewGoal, goal_id: str, gifts: Container[str], now_ms: int) -> Goal:
    """The goal that was asked for.

    Raises:
        Refusal: `bad_goal`, `goal_in_past`, `unknown_gift`, or `bad_request` for a title that is blank.
    """
    if not 1 <= new.target <= TARGET_MAX:
        raise Refusal("bad_goal")
    if new.gift is not None and new.gift not in gifts:
        raise Refusal("unknown_gift")
    if new.ends_ms is not None and new.ends_ms <= now_ms:
        raise Refusal("goal_in_past")
    title = seen("title", one_line(new.title))
    return Goal(id=goal_id, title=title, target=new.target, gift=new.gift, ends_ms=new.ends_ms)
