from __future__ import annotations

import jwt
import msgspec
import pytest

from app.base.errors import Refusal
from app.rules import tokens
from app.rules.promises import GOOD_MS, promise, seal, unseal
from app.rules.quotes import quote
from tests.rules.money_tables import NOTHING_WITHHELD, card

SECRET = "the tests' secret, 32 characters at least"
QUOTED = quote(card(), NOTHING_WITHHELD, 4_000_000)
PROMISED = promise(QUOTED, "sam", "q1", 1000)


def test_a_promise_is_kept_as_it_was_given() -> None:
    """Sealed and unsealed it is the same, and knows the quote that it was made of from another."""
    assert PROMISED == unseal(SECRET, seal(SECRET, PROMISED), "sam", 1000)
    assert PROMISED.is_that(QUOTED)
    assert not PROMISED.is_that(quote(card(service_fee_ppm=10_000), NOTHING_WITHHELD, 4_000_000))


@pytest.mark.parametrize(
    ("text", "user", "now_ms"),
    [
        (seal(SECRET, PROMISED), "sue", 1000),
        (seal(SECRET, PROMISED), "sam", 1000 + GOOD_MS),
        (seal("another secret, 32 characters at least", PROMISED), "sam", 1000),
        (seal(SECRET, PROMISED)[:-3] + "AAA", "sam", 1000),
        ("", "sam", 1000),
        ("é", "sam", 1000),
        (tokens.sign(SECRET, sub="sam", name="Sam", role="streamer", exp=2**40), "sam", 1000),
        (jwt.encode({"aud": "fanfare-quote", "id": "q"}, SECRET, algorithm="HS256"), "sam", 1000),
        (jwt.encode({"aud": "fanfare-quote", **msgspec.to_builtins(PROMISED)}, "", algorithm="none"), "sam", 1000),
    ],
)
def test_what_is_no_promise(text: str, user: str, now_ms: int) -> None:
    """Another person's, an old, a forged or a garbled one, or a person's token: ask for a new quote."""
    with pytest.raises(Refusal, match="quote_expired"):
        unseal(SECRET, text, user, now_ms)


def test_a_promise_is_no_token() -> None:
    """Nobody comes in with a quote."""
    with pytest.raises(Refusal, match="unauthorized"):
        tokens.verify(SECRET, seal(SECRET, PROMISED), 0, 0)
