"""How those who see promoted rooms are told apart without being known: a person of a token, or an anonymous browser."""

from __future__ import annotations

import re
from hashlib import sha256

from app.base.errors import Refusal

BROWSER = "fanfare-browser"
"""The header in which a browser tells its own id."""
_BROWSER = re.compile(r"[A-Za-z0-9_-]{16,64}")


def mark_of_person(user: str) -> str:
    """The mark of a person who has a token."""
    return _short(f"person {user}")


def mark_of_browser(browser: str) -> str:
    """The mark of a browser, by the id that it has made for itself.

    Raises:
        Refusal: `bad_request`: it is none.
    """
    if not _BROWSER.fullmatch(browser):
        raise Refusal("bad_request", "Fanfare-Browser is 16 to 64 letters, digits, - or _.")
    return _short(f"browser {browser}")


def _short(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:24]
