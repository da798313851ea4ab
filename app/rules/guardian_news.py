"""What is told over a guardian's socket."""

from __future__ import annotations

from msgspec import Struct

from app.rules.approvals import State


class GuardianWelcome(Struct, frozen=True, tag="welcome"):
    """The answer to hello: from now on events are told. What was before is read over HTTP."""

    protocol: int
    server_ms: int
    heartbeat_s: int


class ApprovalAsked(Struct, frozen=True, tag="approval_asked"):
    """A ward asks for something: see GET /v1/guardian/approvals."""

    id: str


class ApprovalEnded(Struct, frozen=True, tag="approval_ended"):
    """What a ward asked for is decided, here or elsewhere, or its time is over."""

    id: str
    state: State


class Spent(Struct, frozen=True, tag="spent"):
    """Coins came into a ward's wallet or left it. `n` is the entry's number: see the ward's statement."""

    ward: str
    n: int
    kind: str
    coins: int


class Linked(Struct, frozen=True, tag="linked"):
    """Somebody has become a ward."""

    ward: str


class Unlinked(Struct, frozen=True, tag="unlinked"):
    """Somebody is a ward no more."""

    ward: str


class WardChanged(Struct, frozen=True, tag="ward_changed"):
    """What a ward may spend was changed, here or elsewhere."""

    ward: str


GuardianNews = GuardianWelcome | ApprovalAsked | ApprovalEnded | Spent | Linked | Unlinked | WardChanged


def guardians_sockets(guardian: str) -> str:
    """Whom news is told to that is for somebody as a guardian: no user's id has a colon."""
    return f"guardian:{guardian}"
