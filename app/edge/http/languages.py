"""The languages that people are spoken to in: one file each, `static/lang/<code>.json`, and which of them is wanted.

`?lang=` of the address counts first, then what was chosen before, then what the browser or the program asks for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec
from starlette.requests import HTTPConnection

from app.base.errors import FanfareError
from app.edge.http.assets import FOLDER

ENGLISH = "en"
COOKIE = "fanfare_lang"
VARY = "Accept-Language, Cookie"
# The own texts of these parts stand in the program: a file in English has none of them.
SLUGS, REASONS, CHECKOUT = "slugs", "reasons", "checkout"
_TAG = re.compile(r"\s*([A-Za-z]{2,3})(?:-[\w-]*)?\s*(?:;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*)?")


class Language(msgspec.Struct, frozen=True, kw_only=True):
    """One language: its own name, where its lines begin, and its texts by part and key."""

    code: str = ENGLISH
    name: str = "English"
    direction: Literal["ltr", "rtl"] = "ltr"
    texts: Mapping[str, Mapping[str, str]] = {}

    def told(self, part: str, key: str, english: str) -> str:
        """A text of the program's own, which has it in English."""
        return self.texts.get(part, {}).get(key, english)

    def text(self, parts: Collection[str], key: str) -> str:
        """A text; the part that is named last counts first.

        Raises:
            FanfareError: none of the parts has it.
        """
        for part in reversed(list(parts)):
            if found := self.texts.get(part, {}).get(key):
                return found
        raise FanfareError(f"static/lang/{self.code}.json has no {key} in {', '.join(parts)}")


def load(folder: Path) -> dict[str, Language]:
    """The languages of a folder of pages by their code, English first.

    Raises:
        FanfareError: a file cannot be read.
    """
    found = {ENGLISH: Language()}
    for path in sorted((folder / "lang").glob("*.json")):
        try:
            language = msgspec.json.decode(path.read_bytes(), type=Language)
        except (OSError, msgspec.DecodeError) as error:
            raise FanfareError(f"static/lang/{path.name} cannot be read: {error}") from None
        found[path.stem] = msgspec.structs.replace(language, code=path.stem)
    return found


@cache
def languages() -> dict[str, Language]:
    """The languages of the pages, read once and kept."""
    return load(FOLDER)


def wanted(connection: HTTPConnection) -> Language:
    """The language to speak to whoever asks: the first one asked for that is there, else English."""
    known = languages()
    return known[next((code for code in _asked(connection) if code in known), ENGLISH)]


def _asked(connection: HTTPConnection) -> Iterator[str]:
    yield connection.query_params.get("lang", "").lower()
    yield connection.cookies.get(COOKIE, "")
    yield from accepted(connection.headers.get("accept-language", ""))


def accepted(header: str) -> list[str]:
    """The languages of an `Accept-Language`, the dearest first, without their regions."""
    tags = [found for part in header.split(",") if (found := _TAG.fullmatch(part))]
    weighed = [(float(found[2] or 1), found[1].lower()) for found in tags]
    # Sorting keeps the order of those that are equally dear.
    return [code for weight, code in sorted(weighed, key=lambda one: -one[0]) if weight > 0]
