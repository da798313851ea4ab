"""Rooms' goals in the store: set here, counted by `send_gifts.lua`, read with the room that they belong to."""

from __future__ import annotations

import msgspec

from app.base.errors import refusal_of
from app.rules.goals import Goal, GoalView, KeptGoal
from app.store.standing import Standing


async def put_goal(standing: Standing, room: str, goal: Goal | None) -> GoalView | None:
    """Sets the room's goal, or clears it; the goal that it has then, which is the one it had where that is the same.

    Raises:
        Refusal: `room_not_found`, `room_not_live` or `uninitialised`.
    """
    keys = standing.keys
    names = [keys.totals, keys.room(room), keys.log(room)]
    about = (goal.target, goal.ends_ms or 0, goal.gift or "", head_of(goal)) if goal else (0, 0, "", "")
    answer: bytes = await standing.run("set_goal", names, keys.channel(room), *about)
    if answer.startswith(b"R"):
        raise refusal_of(answer[1:].decode())
    return view_of(answer or None)


def head_of(goal: Goal) -> str:
    """A goal's JSON up to its progress; see lib/goals.lua."""
    return msgspec.json.encode(goal).decode().removesuffix("}")


def json_of(text: bytes | None) -> bytes:
    """A goal's JSON, by the text that the room's hash has of it."""
    if text is None:
        return b"null"
    progress, _, _, reached, _, _, head = text.split(b"|", 6)
    return b'%s,"progress":%s,"reached":%s}' % (head, progress, b"true" if reached == b"1" else b"false")


def kept_of(text: bytes | None) -> KeptGoal | None:
    """A goal as its room keeps it, by the same text."""
    if text is None:
        return None
    _, _, _, _, since, _, head = text.split(b"|", 6)
    return msgspec.json.decode(b'%s,"since_n":%s}' % (head, since), type=KeptGoal)


def text_of(kept: KeptGoal, progress: int) -> str:
    """That text, of a goal that has come so far."""
    goal = Goal(id=kept.id, title=kept.title, target=kept.target, gift=kept.gift, ends_ms=kept.ends_ms)
    reached = int(progress >= kept.target)
    parts = (progress, kept.target, kept.ends_ms or 0, reached, kept.since_n, kept.gift or "", head_of(goal))
    return "|".join(map(str, parts))


def view_of(text: bytes | None) -> GoalView | None:
    """A goal as everyone sees it, by the same text."""
    return msgspec.json.decode(json_of(text), type=GoalView | None)
