from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.commands import SendComment, SendGift
from app.rules.moderation import (
    HELD_OF_ONE,
    HeldComment,
    Moderation,
    ModerationChange,
    ModerationSettings,
    keeps_in_order,
    refusal_in,
)
from app.rules.rooms import Payee, Room
from tests.world import person

ANN, MO = person("ann"), person("mo", role="moderator")
ROOM = Room(id="main", title="Main", kind="live", status="live", streamer=Payee("sam", "Sam"))


def comment(text: str) -> SendComment:
    """Something to say."""
    return SendComment(id="c", text=text)


def judged(known: Moderation, text: str) -> str:
    """What becomes of ann's comment."""
    try:
        return "posted" if known.judge_comment(ANN, comment(text), 50, keeps=False) else "held"
    except Refusal as refusal:
        return refusal.slug


@pytest.mark.parametrize(("links", "slug"), [("allow", "posted"), ("hold", "held"), ("refuse", "link_in_words")])
def test_links_go_by_the_setting(links: str, slug: str) -> None:
    """Allowed, held or refused; what has no link is posted."""
    known = Moderation(ModerationSettings(links=links))  # type: ignore[arg-type]
    assert (slug, "posted") == (judged(known, "see www.example.com"), judged(known, "hello"))


def test_words_and_keepers() -> None:
    """Own and common words are refused, to everyone but those who keep the room in order."""
    known = Moderation(ModerationSettings(words=("spoiler",), links="refuse", comments=False))
    open_ = Moderation(ModerationSettings(words=("spoiler",)))

    assert ["word_not_allowed", "word_not_allowed"] == [judged(open_, text) for text in ("Sp0iler!", "shit")]
    assert "posted" == judged(Moderation(ModerationSettings(common_words=False)), "shit")
    assert "comments_off" == judged(known, "hello")
    assert known.judge_comment(MO, comment("spoiler: www.example.com"), 50, keeps=True)


def test_who_keeps_a_room_in_order() -> None:
    """Moderators and the room's own streamer, and no streamer of another room."""
    tokens = [MO, person("sam", role="streamer"), person("nova", role="streamer"), ANN]

    assert [True, True, False, False] == [keeps_in_order(one, ROOM) for one in tokens]


def test_few_comments_of_one_person_wait() -> None:
    """One person's links do not fill the room's queue."""
    waiting = tuple(HeldComment(id=f"ann:{i}", at_ms=i, sender={}, text="x") for i in range(HELD_OF_ONE))
    known, settings = Moderation, ModerationSettings(links="hold")

    assert "held" == judged(known(settings, held=waiting[1:]), "www.example.com")
    assert "overloaded" == judged(known(settings, held=waiting), "www.example.com")


def test_words_of_gifts_are_judged_too() -> None:
    """Those of people who are muted, of rooms without comments, and bad ones; a gift without words is not asked."""
    muted = Moderation(mutes={"ann": 100})
    quiet = Moderation(ModerationSettings(comments=False))
    silent, said = (SendGift(id="g", gift="rose", message=words) for words in (None, "shit"))
    cases = [(muted, 99, "muted"), (muted, 100, "word_not_allowed"), (quiet, 0, "comments_off")]
    for known, now_ms, slug in cases:
        known.judge_gift(ANN, silent, now_ms, ROOM)
        known.judge_gift(MO, said, now_ms, ROOM)
        with pytest.raises(Refusal, match=slug):
            known.judge_gift(ANN, said, now_ms, ROOM)


def test_answers_of_scripts_are_read() -> None:
    """Those of moderation, with their numbers; others are none of it."""
    muted, slow = refusal_in("muted|17"), refusal_in("slow|250")
    assert muted is not None
    assert slow is not None
    assert ("muted", {"until_ms": 17}) == (muted.slug, muted.details)
    assert ("rate_limited", {"retry_ms": 250}) == (slow.slug, slow.details)
    assert refusal_in("banned") is refusal_in("unavailable full") is None


def test_a_change_names_what_it_changes() -> None:
    """What is left out stays; words are checked."""
    assert {"slow_s": 5, "words": ("a",)} == ModerationChange(slow_s=5, words=(" a ",)).values()
    with pytest.raises(Refusal, match="bad_request"):
        ModerationChange(words=("a b",)).values()
