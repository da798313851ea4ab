"""Words that may not be said, however they are spelled, and nothing else: no innocent word is one for a part of it.

A text is taken apart into its words, each brought to a skeleton: width, case, accents, what is invisible and what
only looks alike go. Letters that stand apart are joined. A word is one of the list only as a whole, with the endings
that words have.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path

from confusable_homoglyphs import confusables  # type: ignore[import-untyped]

from app.base.errors import Refusal

DATA = Path(__file__).parent / "data" / "words.json"
# Written for letters; letters that stand for each other have one skeleton.
_WRITTEN_FOR = str.maketrans("013456789@$!|+€£", "oieasgtbgasiitel")
_SAME = str.maketrans("lvj", "iui")
_ENDINGS = "(?:s|z|es|ed|er|ers|ing|in|y|ie|ies)?"
# Between letters of one word; what stands between words besides spaces.
_GLUE = re.compile(r"[\W_]+")
_WIDE = re.compile("[\u0600-\u06ff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
# Letters that are words by themselves are joined only with other single ones.
_LONE = frozenset("aeioyu")
_MARKS = ".,:;!?|)]}'\"…"


@cache
def _latin() -> dict[int, str]:
    """Characters that look like a letter of ours -> the letter."""
    found: dict[int, str] = {}
    for letter in "abcdefghijklmnopqrstuvwxyz":
        for like in (letter, letter.upper()):
            for other in confusables.confusables_data.get(like, ()):
                if len(other["c"]) == 1 and not other["c"].isascii():
                    found.setdefault(ord(other["c"]), letter)
    return found


# How Unicode calls a letter of ours in another dress: small capital, with a hook, in a square.
_DRESSED = re.compile(r".*\bLETTER (?:SMALL CAPITAL )?([A-Z])(?: WITH .*)?")


@lru_cache(maxsize=4096)
def _undressed(character: str) -> str:
    if character.isascii() or ord(character) in _latin():
        return character
    name = unicodedata.name(character, "")
    dressed = _DRESSED.fullmatch(name) if "LATIN" in name or "REGIONAL" in name else None
    return dressed[1].lower() if dressed else character


def _skeleton(text: str) -> str:
    """The skeleton of a text that was normalised already, which may have letters written by other characters."""
    if text.isascii():
        return text.lower().translate(_WRITTEN_FOR).translate(_SAME)
    text = "".join(map(_undressed, text)).translate(_latin())
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return plain.translate(_latin()).casefold().translate(_WRITTEN_FOR).translate(_SAME)


def _words_in(text: str) -> list[str]:
    """The skeletons of what blanks stand between. A mark at the end of a word is no letter."""
    return [_skeleton(word.rstrip(_MARKS)) for word in unicodedata.normalize("NFKC", text).split()]


def _pieces(text: str) -> list[str]:
    """The skeletons of a text's words; those too that come of it when pieces of one word are joined."""
    found: list[str] = []
    pieces: list[str] = []
    for word in _words_in(text):
        parts = [part for part in _GLUE.split(word) if part]
        if len(parts) > 1:
            found.append("".join(parts))
        pieces += parts
    at = 0
    while at < len(pieces):
        end = at
        while end < len(pieces) and len(pieces[end]) == 1:
            end += 1
        if end > at:
            run = "".join(pieces[at:end])
            before, after = pieces[at - 1] if at else "", pieces[end] if end < len(pieces) else ""
            found.append(run)
            if not _LONE.issuperset(run):
                found += (before + run, run + after, before + run + after)
        at = end + 1
    return pieces + found


class Words:
    """A list of words that may not be said."""

    def __init__(self, words: Iterable[str]) -> None:
        skeletons = {_only_letters(word) for word in words}
        wide = sorted(word for word in skeletons if _WIDE.search(word))
        plain = sorted(word for word in skeletons if word and word not in wide)
        self._plain = re.compile(f"(?:{'|'.join(map(_pattern, plain))}){_ENDINGS}") if plain else None
        # Words of scripts that write no spaces stand anywhere.
        self._wide = re.compile("|".join(map(re.escape, wide))) if wide else None

    def found_in(self, text: str) -> bool:
        """Whether one of them is in it."""
        if self._plain is not None and any(map(self._plain.fullmatch, _pieces(text))):
            return True
        return self._wide is not None and self._wide.search(_only_letters(text)) is not None


@cache
def common_words() -> tuple[str, ...]:
    """What nobody says anywhere, in all languages."""
    lists: dict[str, list[str]] = json.loads(DATA.read_text())["words"]
    return tuple(word for words in lists.values() for word in words)


def words_of(own: tuple[str, ...], *, common: bool) -> Words:
    """The words of a room."""
    return _words((*own, *(common_words() if common else ())))


@cache
def _words_of_common() -> Words:
    return Words(common_words())


def _words(words: tuple[str, ...]) -> Words:
    return _words_of_common() if words == common_words() else Words(words)


def checked_words(words: Iterable[str]) -> tuple[str, ...]:
    """A room's own words, each once.

    Raises:
        Refusal: `bad_request` for what is more than a word, or has no letter.
    """
    kept = dict.fromkeys(word.strip() for word in words)
    for word in kept:
        if len(word.split()) != 1 or not _only_letters(word):
            raise Refusal("bad_request", f"{word[:40]!r} is not one word.")
    return tuple(kept)


def _only_letters(text: str) -> str:
    return _GLUE.sub("", "".join(_words_in(text)))


def _pattern(word: str) -> str:
    """The word with each letter drawn out as long as somebody likes; one that is double stays so."""
    return "".join(
        f"{re.escape(run[0])}{{{len(run)},}}" for run in (match[0] for match in re.finditer(r"(.)\1*", word))
    )
