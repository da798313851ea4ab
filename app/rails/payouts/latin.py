"""Text for banks: the Latin letters, digits and few signs that every bank keeps as they are."""

from __future__ import annotations

import re
import unicodedata

_KEPT = re.compile(r"[A-Za-z0-9/?:().,'+ -]+", re.ASCII)
# Letters that are no plain letter with a mark on it.
_OTHERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "OE", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D"}
    | {"ð": "d", "Ð": "D", "þ": "th", "Þ": "Th", "ı": "i", "ə": "a", "Ə": "A", "’": "'", "‘": "'", "–": "-", "—": "-"}
    | {"&": "+", "_": "-"}
)


def latin(text: str) -> str:
    """The text with its marks taken off and its blanks made one each.

    Raises:
        ValueError: it is empty, or has letters of another script.
    """
    plain = unicodedata.normalize("NFKD", text.translate(_OTHERS))
    plain = " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())
    if not _KEPT.fullmatch(plain):
        raise ValueError(f"Latin letters are expected, it is {text!r}")
    return plain
