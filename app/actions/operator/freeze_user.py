"""An operator freezes a person, who then can neither send, receive nor be paid; or ends that."""

from __future__ import annotations

from typing import NamedTuple

from msgspec import Struct

from app.rules.adjustments import Reason
from app.rules.entries import Freeze, Unfreeze
from app.rules.rooms import UserId
from app.rules.texts import lines, seen
from app.store.moves import Moves, Posted


class FreezeRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/ops/freezes."""

    user: UserId
    reason: Reason


class FreezeView(Struct, frozen=True):
    """Whether a person is frozen now; `n` is the journal number of the entry that says so."""

    user: str
    frozen: bool
    reason: str
    n: int


class Act(NamedTuple):
    """Whom it concerns, why, who does it, and the key by which it is done once."""

    user: str
    reason: str
    by: str
    key: str


async def freeze_user(moves: Moves, act: Act) -> Posted:
    """Freezes a person, at once and on every worker. Raises Refusal as `Moves.post_one` does, or `bad_request`."""
    return await moves.post_one(
        Freeze(id=f"{act.by}:{act.key}", user=act.user, reason=seen("reason", lines(act.reason)), by=act.by)
    )


async def unfreeze_user(moves: Moves, act: Act) -> Posted:
    """Lets a person go on. Raises as `freeze_user` does."""
    return await moves.post_one(
        Unfreeze(id=f"{act.by}:{act.key}", user=act.user, reason=seen("reason", lines(act.reason)), by=act.by)
    )
