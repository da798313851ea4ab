from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.tokens import AUDIENCE, Person, sign, verify

# Long enough for the stronger algorithms too, that must be refused all the same.
SECRET = "s" * 64
NOW_S = 1_000_000
CLAIMS: dict[str, Any] = {"aud": AUDIENCE, "sub": "u1", "name": "Mia", "role": "viewer", "exp": NOW_S + 60}


def encoded(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    """A token with these claims changed; None takes one away."""
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return jwt.encode(claims, secret, algorithm=algorithm)


def refused(token: str) -> str:
    """Why the token is refused."""
    with pytest.raises(Refusal) as caught:
        verify(SECRET, token, NOW_S)

    assert "unauthorized" == caught.value.slug
    return caught.value.message


def test_what_is_signed_is_verified() -> None:
    """A signed token gives back the person, with the optional claims."""
    token = sign(SECRET, sub="u1", name="Mia", role="viewer", exp=NOW_S + 60, country="PL", minor=True)

    expected = Person(sub="u1", name="Mia", role="viewer", exp=NOW_S + 60, country="PL", minor=True)
    assert expected == verify(SECRET, token, NOW_S)


@given(
    sub=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
def test_any_fit_name_survives(sub: str, name: str) -> None:
    """Any user id and any name that the protocol allows come back as they were."""
    person = verify(SECRET, sign(SECRET, sub=sub, name=name, role="streamer", exp=NOW_S + 1), NOW_S)

    assert (sub, name) == (person.sub, person.name)


def test_token_ends_at_its_second() -> None:
    """A token is good before its `exp` and no longer at it."""
    assert "u1" == verify(SECRET, encoded(exp=NOW_S + 1), NOW_S).sub
    assert "The token has expired." == refused(encoded(exp=NOW_S))


@pytest.mark.parametrize(
    "token",
    [
        "",
        "not a token",
        "a.b.c",
        encoded(secret="t" * 32),
        encoded(algorithm="HS512"),
        encoded(aud="another"),
        encoded(aud=None),
        encoded(sub=None),
        encoded(exp=None),
        encoded(name=None),
        encoded(role=None),
        encoded(role="admin"),
        encoded(name=5),
        encoded(minor="yes"),
    ],
)
def test_anything_else_is_unauthorized(token: str) -> None:
    """A wrong key, algorithm, audience or claim is refused, and said to be not valid."""
    assert refused(token).startswith("The token is not valid")


def test_unsigned_token_is_refused() -> None:
    """A token that claims to need no signature is refused."""

    def part(value: dict[str, Any]) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    assert "not valid" in refused(f"{part({'alg': 'none', 'typ': 'JWT'})}.{part(CLAIMS)}.")


@pytest.mark.parametrize("sub", ["", "a b", "a" * 65, "a\n", "é", "a{b}"])
def test_user_id_is_plain(sub: str) -> None:
    """A user id that could upset a key or a log is refused."""
    assert "The token's sub is not 1 to 64 of A-Z a-z 0-9 _ -." == refused(encoded(sub=sub))


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_name_has_a_length(name: str) -> None:
    """A name of no or of more than 40 characters is refused."""
    assert "The token's name is not 1 to 40 characters." == refused(encoded(name=name))


def test_unknown_claims_are_ignored() -> None:
    """Claims that we do not know do no harm."""
    assert "u1" == verify(SECRET, encoded(iss="platform", iat=NOW_S + 999, nbf=NOW_S + 999), NOW_S).sub
