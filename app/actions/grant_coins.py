"""The platform gives coins to a person: an operator's act with a reason, or the demo's welcome."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.rooms import UserId
from app.store.ledger import Grant, Ledger, Wallet

COINS_MAX = 1_000_000_000_000
BATCH_MAX = 500


class GrantRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/grants."""

    user: UserId
    coins: Annotated[int, Meta(ge=1, le=COINS_MAX)]
    reason: Annotated[str, Meta(min_length=1, max_length=200)]


async def grant_coins(ledger: Ledger, key: str, request: GrantRequest, by: str) -> tuple[Wallet, bool]:
    """The wallet right after the grant, and whether this key had given it before.

    Args:
        key: names the intent; the same key and request give the same answer, for ever.
        by: who grants, for the journal.

    Raises:
        Refusal: `id_reused`, `limit_reached`, `uninitialised`, or `bad_request` for a key that is too long.
    """
    if not 1 <= len(key) <= 200:
        raise Refusal("bad_request", "The Idempotency-Key is 1 to 200 characters.")
    (result,) = await ledger.grant([Grant(f"{by}:{key}", request.user, request.coins, request.reason, by)])
    return result


async def grant_many(ledger: Ledger, grants: Sequence[Grant]) -> None:
    """Gives many grants, a batch of them at a time. Raises as `grant_coins` does."""
    for at in range(0, len(grants), BATCH_MAX):
        await ledger.grant(grants[at : at + BATCH_MAX])
