"""Corrections of a wallet, which take two people: one asks, another one agrees."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.entries import Adjustment as AdjustmentEntry
from app.rules.rooms import UserId

Status = Literal["waiting", "approved", "applied", "refused", "rejected"]
"""`approved` is on its way to the ledger, which then applies or refuses it."""
COINS_MAX = 1_000_000_000_000
REASON_MAX = 200

Reason = Annotated[str, Meta(min_length=1, max_length=REASON_MAX)]


class Because(Struct, frozen=True):
    """The body of requests that need nothing but a reason."""

    reason: Reason


class AdjustmentRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/ops/adjustments. Coins below zero are taken."""

    user: UserId
    coins: Annotated[int, Meta(ge=-COINS_MAX, le=COINS_MAX)]
    reason: Reason


class Adjustment(Struct, frozen=True, kw_only=True):
    """A correction as the archive keeps it and as operators see it.

    Attributes:
        by: who asked for it, as actors.py names them, and `second` who decided; "" before.
        why: why it was rejected or refused; "" otherwise.
    """

    id: str
    status: Status
    user: str
    coins: int
    reason: str
    by: str
    created_ms: int
    second: str = ""
    decided_ms: int = 0
    why: str = ""


class AdjustmentList(Struct, frozen=True):
    """A page of them, the newest first."""

    adjustments: list[Adjustment]
    cursor: str | None


def ask(adjustment_id: str, request: AdjustmentRequest, by: str, now_ms: int) -> Adjustment:
    """A correction that waits for a second person.

    Raises:
        Refusal: `bad_request`: no coins would move.
    """
    if request.coins == 0:
        raise Refusal("bad_request", "coins is more or less than zero.", field="coins")
    return Adjustment(
        id=adjustment_id,
        status="waiting",
        user=request.user,
        coins=request.coins,
        reason=request.reason,
        by=by,
        created_ms=now_ms,
    )


def approve(adjustment: Adjustment, second: str, now_ms: int) -> Adjustment:
    """The correction, agreed to by somebody else than who asked for it.

    Raises:
        Refusal: `needs_second_person`, or `already_decided`.
    """
    if second == adjustment.by:
        raise Refusal("needs_second_person", "Whoever asked for an adjustment cannot approve it.")
    return _decided(adjustment, "approved", second, "", now_ms)


def reject(adjustment: Adjustment, second: str, why: str, now_ms: int) -> Adjustment:
    """The correction, which will not be made; whoever asked for it may take it back.

    Raises:
        Refusal: `already_decided`.
    """
    return _decided(adjustment, "rejected", second, why, now_ms)


def entry(adjustment: Adjustment) -> AdjustmentEntry:
    """What is posted for one that was approved."""
    return AdjustmentEntry(
        id=adjustment.id,
        user=adjustment.user,
        coins=adjustment.coins,
        reason=adjustment.reason,
        by=adjustment.by,
        second=adjustment.second,
    )


def _decided(adjustment: Adjustment, status: Status, second: str, why: str, now_ms: int) -> Adjustment:
    if adjustment.status != "waiting":
        raise Refusal("already_decided", f"This adjustment is {adjustment.status} already.", status=adjustment.status)
    return msgspec.structs.replace(adjustment, status=status, second=second, why=why, decided_ms=now_ms)
