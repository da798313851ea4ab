"""Pages of lists: `limit`, and a `cursor` that says where the last page ended."""

from __future__ import annotations

import re

from starlette.requests import Request

from app.base.errors import Refusal

LIMIT_MAX = 100
_PAIR = re.compile(r"([0-9]{1,16})\.([A-Za-z0-9_-]{1,80})", re.ASCII)


def limit(request: Request, default: int = 20) -> int:
    """How many are asked for.

    Raises:
        Refusal: `bad_request`.
    """
    text = request.query_params.get("limit", str(default))
    if len(text) > 3 or not text.isascii() or not text.isdigit() or not 1 <= int(text) <= LIMIT_MAX:
        raise Refusal("bad_request", f"limit is a whole number from 1 to {LIMIT_MAX}.")
    return int(text)


def pair(request: Request) -> tuple[int, str] | None:
    """A cursor of a time and an id, written `time.id`; None for the first page.

    Raises:
        Refusal: `bad_request`.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    found = _PAIR.fullmatch(text)
    if found is None:
        raise Refusal("bad_request", "The cursor is not one that was given here.")
    return int(found[1]), found[2]


def number(request: Request) -> int | None:
    """A cursor of a number; None for the first page.

    Raises:
        Refusal: `bad_request`.
    """
    text = request.query_params.get("cursor")
    if text is None:
        return None
    if len(text) > 16 or not text.isascii() or not text.isdigit():
        raise Refusal("bad_request", "The cursor is not one that was given here.")
    return int(text)
