"""Who a person is: a JWT (HS256, audience "fanfare") signed by the platform's backend."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

import jwt
import msgspec
from msgspec import Meta

from app.base.errors import Refusal
from app.rules.texts import one_line
from app.rules.zones import is_zone

AUDIENCE = "fanfare"
Role = Literal["viewer", "streamer", "moderator", "overlay", "guardian", "operator"]
USER_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
COUNTRY = re.compile(r"[A-Z]{2}")
AVATAR = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?([/?#][!-~]*)?")
NAME_MAX, AVATAR_MAX = 40, 300
# How far the clock of whoever signs may be from ours.
LEEWAY_S = 60
# It stands in a streaming program's settings, opens one room, and can neither spend nor say anything.
OVERLAY_LIFE_S = 30 * 86_400


def known_user_id(text: str) -> str:
    """The same text, if somebody may have it as their id: no other is looked for or written down anywhere.

    Raises:
        Refusal: `bad_request`.
    """
    if not USER_ID.fullmatch(text):
        raise Refusal("bad_request", "The user is not 1 to 64 of A-Z a-z 0-9 _ -.")
    return text


class Person(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The verified claims of a token. `exp` and `iat` in seconds since 1970; `room` limits it to that room, `jti` is
    the token's own id, by which it alone can be revoked.
    """

    sub: str
    name: str
    role: Role
    exp: Annotated[int, Meta(ge=0, le=2**53)]
    room: str | None = None
    country: str | None = None
    avatar: str | None = None
    minor: bool = False
    iat: float | None = None
    jti: Annotated[str, Meta(max_length=64)] | None = None
    tz: str | None = None


class _Times(msgspec.Struct, frozen=True, gc=False):
    """From when on a token is good, in seconds since 1970."""

    nbf: float | None = None


def sign(secret: str, *, sub: str, name: str, role: Role, exp: int, **optional: Any) -> str:
    """A token for a person; `exp` in seconds since 1970, `optional` are the optional claims."""
    claims = {"aud": AUDIENCE, "sub": sub, "name": name, "role": role, "exp": exp, **optional}
    return jwt.encode(claims, secret, algorithm="HS256")


def verify(secret: str, token: str, now_s: float, life_max_s: float) -> Person:
    """The person that a token speaks for, with the name as it is shown.

    Args:
        life_max_s: how long a token may live from `iat`, or from now on where it does not say when it was issued; 0
            for any time.

    Raises:
        Refusal: `unauthorized`, with the reason in its message.
    """
    try:
        claims = jwt.decode(
            token,
            secret,
            algorithms=["HS256"],
            audience=AUDIENCE,
            # The clock is passed in, so the dates are checked below and not by the library.
            options={
                "require": ["sub", "exp"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
        person, times = msgspec.convert(claims, Person), msgspec.convert(claims, _Times)
        # JSON can escape half a character, which nobody can be sent: a TypeError here.
        msgspec.json.encode(person)
    except (jwt.InvalidTokenError, msgspec.ValidationError, UnicodeError, TypeError) as error:
        raise Refusal("unauthorized", f"The token is not valid: {error}.") from None
    name = one_line(person.name)
    if wrong := _wrong_times(person, times, now_s, life_max_s) or _wrong_claim(person, name):
        raise Refusal("unauthorized", wrong)
    return person if name == person.name else msgspec.structs.replace(person, name=name)


def _wrong_times(person: Person, times: _Times, now_s: float, life_max_s: float) -> str | None:
    if person.exp <= now_s:
        return "The token has expired."
    # Said of what is right: JSON in Python knows a number that is neither more nor less than any other.
    if times.nbf is not None and not times.nbf <= now_s + LEEWAY_S:
        return "The token is not good yet: its nbf is still to come."
    if person.iat is not None and not person.iat <= now_s + LEEWAY_S:
        return "The token's iat is still to come; the clock of whoever signs is ahead."
    if life_max_s and person.role == "overlay" and person.room is not None:
        life_max_s = max(life_max_s, OVERLAY_LIFE_S)
    born_s = now_s if person.iat is None else person.iat
    if life_max_s and not person.exp <= born_s + life_max_s + LEEWAY_S:
        return f"The token lives for more than {life_max_s:.0f} s, which is the most here."
    return None


def _wrong_claim(person: Person, name: str) -> str | None:
    if not USER_ID.fullmatch(person.sub):
        return "The token's sub is not 1 to 64 of A-Z a-z 0-9 _ -."
    if not 1 <= len(person.name) <= NAME_MAX:
        return f"The token's name is not 1 to {NAME_MAX} characters."
    if not name:
        return "The token's name has nothing to be seen in it."
    if person.avatar is not None and not (len(person.avatar) <= AVATAR_MAX and AVATAR.fullmatch(person.avatar)):
        return f"The token's avatar is not an https address of at most {AVATAR_MAX} characters."
    if person.country is not None and not COUNTRY.fullmatch(person.country):
        return "The token's country is not two letters as in ISO 3166, like DE."
    if person.tz is not None and not is_zone(person.tz):
        return "The token's tz is no time zone of the IANA's, like Europe/Berlin."
    return None
