"""Who is kept out of everything, and whose tokens were revoked: the platform decides it."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Annotated

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from app.base.errors import Refusal
from app.rules.tokens import OVERLAY_LIFE_S, Person

# Of one person; whoever loses more of them at once loses all.
TOKENS_MAX = 50
FOR_EVER_S = 2.0**53
TOKEN_ID_MAX = 64
TokenId = Annotated[str, Meta(min_length=1, max_length=TOKEN_ID_MAX)]


class Barred(Struct, frozen=True, array_like=True):
    """How far somebody is kept out. As the store has it: see lib/barred.lua.

    Attributes:
        before_s: tokens that were issued before this time (seconds since 1970) are good for nothing.
        tokens: ids (`jti`) of single tokens that were revoked, each with the time from when on it has expired anyway.
    """

    version: int = 0
    banned: bool = False
    before_s: float = 0
    tokens: tuple[tuple[TokenId, float], ...] = ()

    @property
    def before_ms(self) -> int | None:
        """Tokens that were issued before this time are good for nothing; None where no such time was set."""
        return int(self.before_s * 1000) or None

    def refusal(self, person: Person) -> Refusal | None:
        """Why a token is good for nothing any more, or nothing where it is."""
        if (person.iat or 0) < self.before_s or any(person.jti == revoked for revoked, _ in self.tokens):
            return Refusal("unauthorized", "This token was revoked; sign in again.")
        return Refusal("banned") if self.banned else None


class BanView(Struct, frozen=True):
    """Whether a person is kept out of everything."""

    user: str
    banned: bool


class Revoked(Struct, frozen=True):
    """Tokens of a person that end: all that were issued before a time, in milliseconds since 1970, or one."""

    user: str
    before_ms: int | None
    token: str | None


def with_all_revoked(barred: Barred, now_s: float) -> Barred:
    """All tokens that were issued up to now end. Many that sign tokens count whole seconds: this one is over too."""
    return replace(barred, before_s=max(barred.before_s, math.floor(now_s) + 1.0), tokens=())


def with_one_revoked(barred: Barred, token: str, now_s: float, life_max_s: float) -> Barred:
    """One token ends; where it is one too many, all do.

    Args:
        life_max_s: how long a token may live; 0 for any time.
    """
    until_s = now_s + max(life_max_s, OVERLAY_LIFE_S) if life_max_s else FOR_EVER_S
    rest = tuple((known, end_s) for known, end_s in barred.tokens if end_s > now_s and known != token)
    if len(rest) >= TOKENS_MAX:
        return with_all_revoked(barred, now_s)
    return replace(barred, tokens=(*rest, (token, until_s)))


def packed(barred: Barred) -> bytes:
    """As the store has it."""
    return msgspec.msgpack.encode(barred)


@lru_cache(maxsize=4096)
def read_barred(text: bytes) -> Barred:
    """The same, read. What is decided of many alike, as a ban is, is one object: a worker has it of all of them."""
    return msgspec.msgpack.decode(text, type=Barred)
