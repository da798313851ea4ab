from __future__ import annotations

import base64
import json
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.texts import one_line
from app.rules.tokens import AUDIENCE, AVATAR_MAX, LEEWAY_S, OVERLAY_LIFE_S, Person, known_user_id, sign, verify

# Long enough for the stronger algorithms too, that must be refused all the same.
SECRET = "s" * 64
NOW_S = 1_000_000
DAY_S = 86_400
CLAIMS: dict[str, Any] = {"aud": AUDIENCE, "sub": "u1", "name": "Mia", "role": "viewer", "exp": NOW_S + 60}


def encoded(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    """A token with these claims changed; None takes one away."""
    claims = {name: value for name, value in {**CLAIMS, **changed}.items() if value is not None}
    return jwt.encode(claims, secret, algorithm=algorithm)


def refused(token: str) -> str:
    """Why the token is refused."""
    with pytest.raises(Refusal) as caught:
        verify(SECRET, token, NOW_S, DAY_S)

    assert "unauthorized" == caught.value.slug
    return caught.value.message


def test_what_is_signed_is_verified() -> None:
    """A signed token gives back the person, with the optional claims."""
    token = sign(SECRET, sub="u1", name="Mia", role="viewer", exp=NOW_S + 60, country="PL", minor=True)

    expected = Person(sub="u1", name="Mia", role="viewer", exp=NOW_S + 60, country="PL", minor=True)
    assert expected == verify(SECRET, token, NOW_S, DAY_S)


@given(
    sub=st.from_regex(r"[A-Za-z0-9_-]{1,64}", fullmatch=True),
    name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40),
)
def test_any_fit_name_survives(sub: str, name: str) -> None:
    """Any user id and any name with something to see in it come back, the name as it is shown; a blank one does not."""
    if not one_line(name):
        assert "nothing to be seen" in refused(encoded(sub=sub, name=name))
        return
    person = verify(SECRET, sign(SECRET, sub=sub, name=name, role="streamer", exp=NOW_S + 1), NOW_S, DAY_S)

    assert (sub, one_line(name)) == (person.sub, person.name)


def test_token_ends_at_its_second() -> None:
    """A token is good before its `exp` and no longer at it."""
    assert "u1" == verify(SECRET, encoded(exp=NOW_S + 1), NOW_S, DAY_S).sub
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


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"nbf": NOW_S + LEEWAY_S}, ""),
        ({"nbf": NOW_S + LEEWAY_S + 1}, "not good yet"),
        ({"nbf": NOW_S - 1e9}, ""),
        ({"iat": NOW_S + LEEWAY_S}, ""),
        ({"iat": NOW_S + LEEWAY_S + 0.5}, "iat is still to come"),
        ({"iat": float("nan")}, "iat is still to come"),
        ({"iat": NOW_S - 100, "exp": NOW_S - 100 + DAY_S}, ""),
        ({"iat": NOW_S - 100, "exp": NOW_S + DAY_S}, "lives for more than 86400 s"),
        ({"iat": 0}, "lives for more than 86400 s"),
        ({"exp": NOW_S + DAY_S + LEEWAY_S}, ""),
        ({"exp": NOW_S + DAY_S + LEEWAY_S + 1}, "lives for more than 86400 s"),
        ({"exp": 10**400}, "not valid"),
        ({"iat": "yesterday"}, "not valid"),
        ({"nbf": True}, "not valid"),
        ({"exp": NOW_S + OVERLAY_LIFE_S, "role": "overlay"}, "lives for more than 86400 s"),
        ({"exp": NOW_S + OVERLAY_LIFE_S, "room": "r"}, "lives for more than 86400 s"),
        ({"exp": NOW_S + OVERLAY_LIFE_S, "role": "overlay", "room": "r"}, ""),
        ({"exp": NOW_S + OVERLAY_LIFE_S * 2, "role": "overlay", "room": "r"}, "lives for more than 2592000 s"),
    ],
)
def test_token_has_a_life(changed: dict[str, Any], message: str) -> None:
    """It begins at `nbf`, was issued in the past, and lives for a day at most, a room's overlay for thirty."""
    if message:
        assert message in refused(encoded(**changed))
    else:
        assert "u1" == verify(SECRET, encoded(**changed), NOW_S, DAY_S).sub


def test_life_without_a_bound() -> None:
    """Where the bound is 0, a token lives for as long as it says."""
    assert "u1" == verify(SECRET, encoded(exp=NOW_S + 10**9, iat=1), NOW_S, 0).sub


@pytest.mark.parametrize(
    "avatar",
    [
        "http://a.example/b.png",
        "HTTPS://a.example/b.png",
        "https://",
        "https://a.example/" + "x" * (AVATAR_MAX - 17),
        "https://a.example/b c.png",
        "https://a.example/b\n.png",
        "https://user@a.example/b.png",
        "https://ä.example/b.png",
        "javascript:alert(1)",
        "data:image/png;base64,AAAA",
        "//a.example/b.png",
        "",
    ],
)
def test_avatar_is_a_short_https_address(avatar: str) -> None:
    """Any other avatar is refused, and said to be wrong."""
    assert "The token's avatar is not an https address of at most 300 characters." == refused(encoded(avatar=avatar))


def test_longest_avatar() -> None:
    """An address of 300 characters is one."""
    avatar = "https://a.example:8443/" + "x" * (AVATAR_MAX - 23)
    assert avatar == verify(SECRET, encoded(avatar=avatar), NOW_S, DAY_S).avatar


@pytest.mark.parametrize("country", ["", "de", "DEU", "D1", "D\n"])
def test_country_is_two_letters(country: str) -> None:
    """Any other country is refused."""
    assert "two letters" in refused(encoded(country=country))


def test_name_is_given_as_it_is_shown() -> None:
    """What would hide in a name, turn it or break its line is gone from the person."""
    assert "Ann Lee" == verify(SECRET, encoded(name="\u202eAnn\n\u200bLee"), NOW_S, DAY_S).name


@pytest.mark.parametrize("name", ["", "x" * 41])
def test_name_has_a_length(name: str) -> None:
    """A name of no or of more than 40 characters is refused."""
    assert "The token's name is not 1 to 40 characters." == refused(encoded(name=name))


def test_unknown_claims_are_ignored() -> None:
    """Claims that we do not know do no harm."""
    assert "u1" == verify(SECRET, encoded(iss="platform", jti="x", scope={"a": 1}), NOW_S, DAY_S).sub


@pytest.mark.parametrize("tz", ["", "Berlin", "../../etc/passwd", 7])
def test_tz_is_a_zone(tz: object) -> None:
    """A zone that nobody knows is refused; one that is known is the person's."""
    assert refused(encoded(tz=tz)) is not None
    assert "Asia/Tokyo" == verify(SECRET, encoded(tz="Asia/Tokyo"), NOW_S, 0).tz


@pytest.mark.parametrize("text", ["", "a b", "a" * 65, "ann:1", "ann\n", "\u00e4nn"])
def test_what_nobody_is_called(text: str) -> None:
    """Nothing but what may be a token's sub is a person's id."""
    assert "a-Z_9" == known_user_id("a-Z_9")
    with pytest.raises(Refusal, match="bad_request"):
        known_user_id(text)
