from __future__ import annotations

import re
from http import HTTPStatus

import pytest

from app.base import errors
from app.base.errors import REASONS, SLUGS, CloseCode, ConfigError, FanfareError, Refusal, StoreError, refusal_of


@pytest.mark.parametrize("slug", SLUGS)
def test_every_slug_is_fit_for_people_and_for_http(slug: str) -> None:
    """A slug is one lower-case word, its message a sentence, its status an HTTP error."""
    entry = SLUGS[slug]

    assert re.fullmatch(r"[a-z]+(_[a-z]+)*", slug)
    assert re.fullmatch(r"[A-Z].*\.", entry.message)
    assert 400 <= HTTPStatus(entry.status) <= 599


def test_retryable_slugs_are_those_of_the_protocol() -> None:
    """Just those slugs say that the same command may be sent again, that the protocol marks so."""
    expected = {"rate_limited", "uninitialised", "overloaded", "unavailable", "unknown_outcome"}

    assert expected == {slug for slug, entry in SLUGS.items() if entry.retryable}


def test_refusal_speaks_with_its_slug() -> None:
    """A refusal has its slug's message, unless it is given a better one, and carries its details."""
    plain = Refusal("insufficient_coins", coins=3, price=5)
    own = Refusal("overloaded", "Come back tomorrow.")

    assert "insufficient_coins: There are not enough coins in the wallet." == str(plain)
    assert ({"coins": 3, "price": 5}, False) == (plain.details, plain.retryable)
    assert ("Come back tomorrow.", True) == (own.message, own.retryable)


def test_refusal_needs_a_known_slug() -> None:
    """A slug that is not in the table is a mistake that shows at once."""
    with pytest.raises(KeyError):
        Refusal("whatever")


def test_a_text_stands_for_a_refusal() -> None:
    """A slug is itself; `unavailable` may say why, to people in its sentence and to programs in the details."""
    plain, why = refusal_of("room_not_live"), refusal_of("unavailable disk")

    assert ("room_not_live", {}) == (plain.slug, plain.details)
    assert ("unavailable", REASONS["disk"], {"reason": "disk"}) == (why.slug, why.message, why.details)
    with pytest.raises(KeyError):
        refusal_of("unavailable whatever")


def test_one_tree() -> None:
    """Every error of ours is a FanfareError, and those of the store are store errors."""
    ours = [e for e in vars(errors).values() if isinstance(e, type) and issubclass(e, Exception)]

    assert [] == [error for error in ours if not issubclass(error, FanfareError)]
    assert not issubclass(ConfigError, StoreError)
    assert issubclass(errors.StoreRefused, StoreError)
    assert issubclass(errors.UnknownOutcome, StoreError)


def test_close_codes_tell_whether_to_reconnect() -> None:
    """Codes below 4500 invite to come back; those from 4500 on do not."""
    come_back = {code.name for code in CloseCode if code < 4500}

    assert {"SHUTTING_DOWN", "SLOW_READER", "RESYNC_NEEDED", "PING_TIMEOUT", "OVERLOADED"} == come_back
    assert [] == [code for code in CloseCode if not 4000 <= code <= 4999]
