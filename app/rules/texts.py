"""What people write, as others are shown it: nothing in it hides, turns the words around it or leaves its own line.

Control and format characters go, save for the joiners that emoji and some scripts are written with; of combining marks
in a row four stay. What then has nothing to be seen is blank.
"""

from __future__ import annotations

import itertools
import re
from unicodedata import bidirectional, category, combining

from app.base.errors import Refusal

MARKS_MAX = 4
ZWNJ, ZWJ = "\u200c", "\u200d"
# Letters and symbols by their category, and there is nothing to see of them.
BLANKS = "\u115f\u1160\u2800\u3164\uffa0"
SPACES = re.compile(f"[\\s{BLANKS}]+")
BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Never shown, also where this Python's tables do not know them yet.
IGNORABLE = re.compile("[\u2065\ufff0-\ufff8\U000e0000-\U000e00ff\U000e01f0-\U000e0fff]")
VIRAMA = 9


def one_line(text: str) -> str:
    """A name or a title: one line, its words a space apart. Empty where there is nothing to see."""
    text = SPACES.sub(" ", text).strip()
    return text if _is_plain(text) else SPACES.sub(" ", _cleared(text)).strip()


def lines(text: str) -> str:
    """A comment or a message, which may have line breaks. Empty where there is nothing to see."""
    return text if _is_plain(text) and not text.isspace() else _cleared(BREAKS.sub("\n", text.replace("\t", " ")))


def seen(what: str, shown: str) -> str:
    """What is shown of a text that must not be blank.

    Raises:
        Refusal: `bad_request`, naming what it is.
    """
    if not shown:
        raise Refusal("bad_request", f"The {what} has nothing to be seen in it.")
    return shown


def _is_plain(text: str) -> bool:
    # By far the most are, and none of this concerns them.
    return text.isascii() and text.isprintable()


def _cleared(text: str) -> str:
    kept: list[str] = []
    marks, is_blank = 0, True
    text = IGNORABLE.sub("", text)
    for letter, after in itertools.zip_longest(text, text[1:], fillvalue=" "):
        kind = category(letter)
        if kind in ("Cc", "Cf") and letter != "\n" and not _joins(letter, kept, after):
            continue
        if kind[0] == "M":
            marks += 1
            if marks > MARKS_MAX:
                continue
        elif kind != "Cf":
            marks = 0
            is_blank = is_blank and (kind[0] == "Z" or letter == "\n" or letter in BLANKS)
        kept.append(letter)
    return "" if is_blank else "".join(kept)


def _joins(joiner: str, before: list[str], after: str) -> bool:
    """Whether a joiner stands where one is written: between emoji, between Arabic letters, behind a virama."""
    if joiner not in (ZWNJ, ZWJ) or not before:
        return False
    if combining(before[-1]) == VIRAMA:
        return True
    base = next((letter for letter in reversed(before) if category(letter)[0] != "M"), " ")
    if joiner == ZWJ and _is_symbol(base) and _is_symbol(after):
        return True
    return bidirectional(base) == bidirectional(after) == "AL"


def _is_symbol(letter: str) -> bool:
    # Emoji; the newest ones have no category yet.
    return category(letter)[0] == "S" or "\U0001f000" <= letter < "\U00020000"
