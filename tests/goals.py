"""Counts a room's goals anew from its events, and holds what was told and what is kept of them against that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.rules.goals import GoalView
from app.rules.messages import GiftSent, GoalChanged, GoalReached


class GoalModel:
    """The goals of one room, event by event. `kept` is what the room must have in the end."""

    def __init__(self, events: Sequence[Any]) -> None:
        self.kept: GoalView | None = None
        self._progress = 0
        self._reached: set[str] = set()
        for event in events:
            if isinstance(event, GiftSent):
                self._gift(event)
            elif isinstance(event, GoalReached):
                self._goal_reached(event.goal)
            elif isinstance(event, GoalChanged):
                self._goal_changed(event.goal)
            if self.kept is not None and self._progress >= self.kept.target:
                # Nothing stands between the gift that reaches a goal and the word of it.
                assert self.kept.id in self._reached or isinstance(event, GiftSent)

    @property
    def progress(self) -> tuple[int, bool] | None:
        """How far the goal is that the room has, and whether it was told to be reached."""
        return (self._progress, self.kept.id in self._reached) if self.kept else None

    def _gift(self, gift: GiftSent) -> None:
        goal = self.kept
        if goal is None or (goal.ends_ms is not None and gift.at_ms > goal.ends_ms):
            return
        if goal.gift is None:
            self._progress += gift.coins
        elif goal.gift == gift.gift:
            self._progress += gift.quantity

    def _goal_reached(self, goal: GoalView) -> None:
        assert self.kept is not None
        assert goal.id == self.kept.id
        assert goal.id not in self._reached
        self._reached.add(goal.id)
        assert (self._progress, True) == (goal.progress, goal.reached)
        assert goal.progress >= goal.target

    def _goal_changed(self, goal: GoalView | None) -> None:
        if goal is not None and (self.kept is None or goal.id != self.kept.id):
            assert (0, False) == (goal.progress, goal.reached)
            self._progress = 0
        elif goal is not None:
            assert (self._progress, goal.id in self._reached) == (goal.progress, goal.reached)
        self.kept = goal
