from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.shout_outs import ThanksRequest, checked_thanks, has_link, spoken_words


@pytest.mark.parametrize(
    "text",
    [
        "see https://a.example/x",
        "HTTP://A",
        "www.spam",
        "buy at spam.com now",
        "Spam.IO",
        "t.me/x",
        "free.bitcoin/now",
        "ftp://h",
    ],
)
def test_links_are_found(text: str) -> None:
    """Addresses that people could follow are links, with or without a scheme."""
    assert has_link(text)
    with pytest.raises(Refusal, match="link_in_words"):
        spoken_words(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "thank you all!",
        "wow.so good",
        "3.50 or 4.99?",
        "at 10:30",
        "and/or",
        "e.g. this",
        "ありがとう。みんな",
        "a..b",
    ],
)
def test_words_are_no_links(text: str) -> None:
    """A full stop without a space behind it, a price and a time are none."""
    assert not has_link(text)


def test_thanks_are_for_somebody() -> None:
    """They name a giver or a gift; their words are one line, and may be none."""
    assert "so kind" == checked_thanks(ThanksRequest(user="ann", text=" so\n kind "))
    assert not checked_thanks(ThanksRequest(gift="g", text=" "))
    with pytest.raises(Refusal, match="bad_request"):
        checked_thanks(ThanksRequest(text="thanks"))
