"""Two hundred spellings of twenty words are found, two hundred innocent words are not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.base.errors import Refusal
from app.rules.words import Words, checked_words, common_words, words_of

WORDS_TEXT = """
fuck motherfucker shit bullshit bitch cunt whore slut bastard asshole wanker twat dickhead cocksucker faggot retard
mierda gilipollas arschloch caralho
"""
WORDS = WORDS_TEXT.split()
CYRILLIC = str.maketrans("aceopxyisj", "асеорхуіѕј")
LEET = str.maketrans("aeios", "43105")
SPELLINGS: dict[str, Callable[[str], str]] = {
    "case": lambda word: "".join(c.upper() if i % 2 else c for i, c in enumerate(word)),
    "width": lambda word: "".join(chr(ord(c) + 0xFEE0) for c in word),
    "look-alikes": lambda word: word.translate(CYRILLIC).replace("u", "υ"),
    "bold": lambda word: "".join(chr(0x1D41A + ord(c) - 97) for c in word),
    "squares": lambda word: "".join(chr(0x1F170 + ord(c) - 97) for c in word),
    "zero width": lambda word: "\u200b\u2060".join(word),
    "spaces": lambda word: " ".join(word),
    "dots": lambda word: ".".join(word) + "!",
    "drawn out": lambda word: word[0] + word[1] * 5 + word[2:] + "s",
    "digits and accents": lambda word: word.translate(LEET).replace("u", "ü").replace("c", "ç"),
}
INNOCENT_TEXT = """
Scunthorpe Penistone Clitheroe Lightwater Essex Sussex Middlesex Arsenal Shitake shiitake Matsushita mishit assets
class classic assassin assume assess bass pass passage grass glass mass massive compass embassy ambassador cassette
harass brass lass sassy assistant assignment associate assembly cocktail peacock cockpit cockatoo hancock hitchcock
woodcock shuttlecock cockerel dickens dickinson benedick medick dictionary predict verdict addict indicate retardant
retardation tard tardy custard mustard bustard leotard dastardly fagot flag swag fatigue faggio bishop whorl who horse
hoarse where shore chore adhere whole wholesale twitter tweet wattage swath swank tanker banker ranker wander wank
Wankel shank thanks blanket sluice slot salute absolute slur slumber consultation count county country account
discount encounter mount fountain scuttle cuneiform cutlery bitten bitter biting bitcoin habit rabbit orbit ambition
inhibit pitch witch switch stitch ditch batch butch hitch glitch shift shirt short shut sheet sharp ship shine fork
folk duck luck buck truck stuck pluck chuck firetruck fudge function fund funky fuel fussy refuse profuse analysis
analyst canal banal manual annual sextant sextet sixth textual contextual sussexes therapist grape drape skyscraper
document cucumber circumstance accumulate cumin scum title constitution institute attitude petition computer deputy
reputation input output disputed amputate capital caramel carallel Niger Nigeria snigger niggle denigrate pakistan
kite bike hike spike strike trannsylvania transition franny puttanesca computadora reputado disputa diputado miedo
mierla polla pollo gili fotografie schlampig wischer wichtig scheinen spatz vadear pendiente jodhpur marinara
cabriolet zorro foderal
"""
INNOCENT = INNOCENT_TEXT.split()


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_is_found(spelling: str) -> None:
    """However it is written, alone or between others."""
    found = words_of((), common=True)
    written = [SPELLINGS[spelling](word) for word in WORDS]

    assert [] == [text for text in written if not found.found_in(text)]
    assert [] == [text for text in written if not found.found_in(f"well, {text} that")]


def test_there_are_enough_of_both() -> None:
    """Two hundred spellings, and two hundred innocent words."""
    assert 200 == len(WORDS) * len(SPELLINGS)
    assert 200 <= len(set(INNOCENT))


def test_innocent_words_are_let_through() -> None:
    """No word is one of the list for a part of it, and none for what stands beside it."""
    found = words_of((), common=True)

    assert [] == [word for word in INNOCENT if found.found_in(word)]
    assert not found.found_in(" ".join(INNOCENT))
    for text in (
        "the pen is red",
        "I am a fan",
        "as it is hit",
        "a b c d e f",
        "5 + 5 = 10",
        "hello!!! :) <3",
        "so o o o good",
    ):
        assert not found.found_in(text)


def test_a_room_has_words_of_its_own() -> None:
    """They are found as the common ones are, which it can do without; languages without spaces have theirs anywhere."""
    own = words_of(("Spoiler", "黒歴史"), common=False)

    found = [own.found_in(text) for text in ("SP0ILERS!", "ｓｐｏｉｌｅｒ", "これは黒歴史です", "shit", "spoil")]
    assert [True, True, True, False, False] == found
    assert not Words(()).found_in("anything")
    assert words_of((), common=True).found_in("お前は死ねよ")


def test_words_are_one_word_each() -> None:
    """Blank around them goes, and each is kept once; two words, or none, are refused."""
    assert ("a", "b") == checked_words((" a", "b ", "a"))
    for wrong in ("", " ", "a b", "...", "\u200b"):
        with pytest.raises(Refusal, match="bad_request"):
            checked_words((wrong,))


def test_every_common_word_is_found_as_it_stands() -> None:
    """The list says nothing that is never found."""
    found = words_of((), common=True)
    assert [] == [word for word in common_words() if not found.found_in(word)]
