"""What a guardian is asked to agree to: one gift, purchase or promotion, which waits for ten minutes."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

HOLD_MS = 600_000
# Of one ward at a time; more are refused as the guardian would.
OPEN_MAX = 20
KEPT_MS = 30 * 86_400_000

Kind = Literal["gift", "purchase", "promotion"]
State = Literal["asked", "approved", "refused", "expired"]
ENDED: tuple[State, ...] = ("approved", "refused", "expired")


class About(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What it is for. A gift: which, how many, to whom, where. A purchase: for how much money. A promotion: where."""

    gift: str | None = None
    quantity: int | None = None
    receiver: str | None = None
    receiver_name: str | None = None
    room: str | None = None
    room_title: str | None = None
    minor: int | None = None
    currency: str | None = None


class Approval(Struct, frozen=True, kw_only=True):
    """What a ward asks a guardian. Its id is `<ward>:<gift send>`, or `<ward>:<its kind>:<a mark of its key>`.

    `mark` tells one from another under the same Idempotency-Key.
    """

    id: str
    ward: str
    guardian: str
    kind: Kind
    coins: int
    about: About
    asked_ms: int
    expires_ms: int
    mark: str = ""
    state: State = "asked"
    decided_ms: int = 0


class ApprovalView(Struct, frozen=True, kw_only=True):
    """What a guardian is asked, or was."""

    id: str
    ward: str
    ward_name: str
    kind: Kind
    coins: int
    about: About
    asked_ms: int
    expires_ms: int
    state: State


class ApprovalList(Struct, frozen=True):
    """What a guardian is asked, the newest first, and what was decided lately."""

    approvals: list[ApprovalView]


class ApprovalDecision(Struct, frozen=True):
    """The body of POST /v1/guardian/approvals/{id}."""

    approve: bool


def gift_id_of(approval: Approval) -> str:
    """The id of the gift send that an approval is for."""
    return approval.id.removeprefix(f"{approval.ward}:")


def approval_view(approval: Approval, ward_name: str) -> ApprovalView:
    """An approval as the guardian sees it."""
    shared = {name: getattr(approval, name) for name in ApprovalView.__struct_fields__ if name != "ward_name"}
    return ApprovalView(ward_name=ward_name, **shared)
