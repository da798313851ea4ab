from __future__ import annotations

import pytest

from app.base.errors import SLUGS, CloseCode
from app.client.errors import FINAL_FROM, FINAL_TO, ClientError, Closed, NoAnswer, Refused


@pytest.mark.parametrize("code", [code for code in CloseCode if FINAL_FROM <= code <= FINAL_TO])
def test_each_final_close_code_has_a_slug_of_its_own(code: CloseCode) -> None:
    """A program finds in the error why the server wants it no more, in a word of the contract."""
    closed = Closed(code)

    assert closed.code == code
    assert closed.slug in SLUGS.keys() - {"unavailable"}
    assert closed.message in str(closed)


def test_errors_carry_what_a_program_asks_for() -> None:
    """Slug, words and details; a slug of a newer server is no error of its own."""
    refused = Refused("insufficient_coins", details={"coins": 1})
    newer = Refused("of_tomorrow", "Not today.", retryable=True)

    assert ("insufficient_coins", {"coins": 1}, False) == (refused.slug, refused.details, refused.retryable)
    assert SLUGS["insufficient_coins"].message == refused.message
    assert ("of_tomorrow: Not today.", True) == (str(newer), newer.retryable)
    assert "of_tomorrow" == Refused("of_tomorrow").message
    assert ("unknown_outcome", "x") == (NoAnswer("x").slug, NoAnswer("x").id)
    assert all(isinstance(error, ClientError) for error in (refused, NoAnswer("x"), Closed(1000)))
