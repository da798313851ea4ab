"""The platform gives coins to a person: an operator's act with a reason, or the demo's welcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.entries import Grant
from app.rules.rooms import UserId
from app.rules.texts import lines, seen
from app.store.moves import BATCH_MAX, Moves, Posted

COINS_MAX = 1_000_000_000_000


class GrantRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/grants."""

    user: UserId
    coins: Annotated[int, Meta(ge=1, le=COINS_MAX)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


async def grant_coins(moves: Moves, key: str, request: GrantRequest, by: str) -> Posted:
    """Gives the coins, once for each key.

    Args:
        moves: where it is posted.
        key: names the intent; the same key and request give the same answer, for ever.
        request: to whom, how many, and why.
        by: who grants, as rules/actors.py names them.

    Raises:
        Refusal: `id_reused`, `limit_reached`, `uninitialised`, or `bad_request` for a key that is too long, or a reason
            that is blank.
    """
    if not 1 <= len(key) <= 200:
        raise Refusal("bad_request", "The Idempotency-Key is 1 to 200 characters.")
    reason = seen("reason", lines(request.reason))
    grant = Grant(id=f"{by}:{key}", user=request.user, coins=request.coins, reason=reason, by=by)
    await moves.claim(grant)
    return await moves.post_one(grant)


async def grant_many(moves: Moves, grants: Sequence[Grant]) -> None:
    """Gives many grants, a batch of them at a time.

    Raises:
        Refusal: the first that was refused; those before it and with it in its batch may be given.
    """
    for at in range(0, len(grants), BATCH_MAX):
        for result in await moves.post(grants[at : at + BATCH_MAX]):
            if isinstance(result, Refusal):
                raise result
