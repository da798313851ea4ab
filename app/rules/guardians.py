"""Guardians and their wards: who answers for whom, and the codes by which the two find each other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.rules.rooms import Name, UserId

CODE_LIFE_MS = 600_000
# Of one guardian within the life of a code.
TRIES_MAX = 5
WARDS_MAX = 20
# Nothing in it is taken for another letter.
LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8

Via = Literal["code", "platform"]


class Link(Struct, frozen=True, kw_only=True):
    """Somebody answers for somebody. Names as they were when the two were linked."""

    ward: str
    ward_name: str
    guardian: str
    guardian_name: str
    since_ms: int
    via: Via


class CodeView(Struct, frozen=True):
    """A code that a ward shows to whoever is to be their guardian; it is good once."""

    code: str
    expires_ms: int


class CodeTyped(Struct, frozen=True):
    """The body of POST /v1/guardian/wards."""

    code: Annotated[str, Meta(min_length=1, max_length=32)]


class GuardianRequest(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/users/{id}/guardian: who becomes the guardian, what the two are called, the ward's zone."""

    id: UserId
    name: Name
    ward_name: Name
    tz: str = "UTC"


class GuardianView(Struct, frozen=True):
    """A guardian, as the ward sees them."""

    id: str
    name: str
    since_ms: int


class WardGuardian(Struct, frozen=True):
    """Who answers for a person; null: nobody does."""

    guardian: GuardianView | None


class WardView(Struct, frozen=True, kw_only=True):
    """A ward, as their guardian sees them."""

    id: str
    name: str
    since_ms: int


class WardList(Struct, frozen=True):
    """Whom somebody answers for."""

    wards: list[WardView]


def new_code(choose: Callable[[Sequence[str]], str]) -> str:
    """A new code of letters that `choose` chooses."""
    return "".join(choose(LETTERS) for _ in range(CODE_LENGTH))


def shown(code: str) -> str:
    """A code as people read it to each other."""
    return f"{code[:4]}-{code[4:]}"


def typed(text: str) -> str | None:
    """The code that somebody typed, however they spaced it; None where it can be none."""
    code = "".join(letter for letter in text.upper() if letter not in " -\u2010\u2011\u2012\u2013")
    return code if len(code) == CODE_LENGTH and set(code) <= set(LETTERS) else None


def guardian_view(link: Link | None) -> WardGuardian:
    """What a ward is told of their guardian."""
    return WardGuardian(None if link is None else GuardianView(link.guardian, link.guardian_name, link.since_ms))


def ward_view(link: Link) -> WardView:
    """What a guardian is told of a ward."""
    return WardView(id=link.ward, name=link.ward_name, since_ms=link.since_ms)
