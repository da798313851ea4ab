"""Who a person is: a JWT (HS256, audience "fanfare") signed by the platform's backend."""

from __future__ import annotations

import re
from typing import Any, Literal

import jwt
import msgspec

from app.base.errors import Refusal

AUDIENCE = "fanfare"
Role = Literal["viewer", "streamer", "moderator", "overlay", "guardian", "operator"]
USER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The verified claims of a token. `exp` in seconds since 1970; `room` limits it to that room."""

    sub: str
    name: str
    role: Role
    exp: int
    room: str | None = None
    country: str | None = None
    avatar: str | None = None
    minor: bool = False


def sign(secret: str, *, sub: str, name: str, role: Role, exp: int, **optional: Any) -> str:
    """A token for a person; `exp` in seconds since 1970, `optional` are the optional claims."""
    claims = {"aud": AUDIENCE, "sub": sub, "name": name, "role": role, "exp": exp, **optional}
    return jwt.encode(claims, secret, algorithm="HS256")


def verify(secret: str, token: str, now_s: float) -> Person:
    """The person that a token speaks for.

    Raises:
        Refusal: `unauthorized`, with the reason in its message.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=AUDIENCE,
            # The clock is passed in, so the date is checked below and not by the library.
            options={
                "require": ["sub", "exp"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
        person = msgspec.convert(claims, Person)
        # JSON can escape half a character, which nobody can be sent: a TypeError here.
        msgspec.json.encode(person)
    except (jwt.InvalidTokenError, msgspec.ValidationError, UnicodeError, TypeError) as error:
        raise Refusal("unauthorized", f"The token is not valid: {error}.") from None
    if person.exp <= now_s:
        raise Refusal("unauthorized", "The token has expired.")
    if not USER_ID.fullmatch(person.sub):
        raise Refusal("unauthorized", "The token's sub is not 1 to 64 of A-Z a-z 0-9 _ -.")
    if not 1 <= len(person.name) <= 40:
        raise Refusal("unauthorized", "The token's name is not 1 to 40 characters.")
    return person
