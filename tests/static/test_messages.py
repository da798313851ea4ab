"""The message format of the language files: mentions, numbers, plural forms, and directions of writing."""

from __future__ import annotations

import pytest

from .conftest import Page

COINS = "{count, plural, =0 {none} one {# coin} other {# coins}}"
ARABIC = "{count, plural, zero {لا شيء} one {عملة} two {عملتان} few {# عملات} many {# عملة} other {# عملة}}"


@pytest.mark.parametrize(
    ("message", "mentions", "language", "expected"),
    [
        ("Nothing but words # here.", {}, "en", "Nothing but words # here."),
        ("{name} has {count}.", {"name": "Ann", "count": 1284}, "en", "Ann has 1,284."),
        ("{count}", {"count": 1284}, "de-DE", "1.284"),
        (COINS, {"count": 0}, "en", "none"),
        (COINS, {"count": 1}, "en", "1 coin"),
        (COINS, {"count": 12345}, "en", "12,345 coins"),
        (f"{COINS} for {{who}}", {"count": 2, "who": "Bo"}, "en", "2 coins for Bo"),
        ("{a, plural, =1 {{what}} other {{what} ×{a}}}", {"a": 1, "what": "Rose"}, "en", "Rose"),
        ("{a, plural, =1 {{what}} other {{what} ×{a}}}", {"a": 3, "what": "Rose"}, "en", "Rose ×3"),
        ("{a, plural, other {# of {b, plural, one {# x} other {# xs}}}}", {"a": 5, "b": 1}, "en", "5 of 1 x"),
        ("{count, plural, other {#枚}}", {"count": 1}, "ja", "1枚"),
        (ARABIC, {"count": 2}, "ar", "عملتان"),
        (ARABIC.replace("#", "N"), {"count": 3}, "ar", "N عملات"),
        ("Hi {name}!", {"name": "عائشة"}, "en", "Hi \u2068عائشة\u2069!"),
        ("مرحبا {name}!", {"name": "Ann"}, "ar", "مرحبا \u2068Ann\u2069!"),
        ("مرحبا {name}!", {"name": "عائشة"}, "ar", "مرحبا عائشة!"),
        ("Hi {name}!", {"name": ""}, "en", "Hi !"),
    ],
)
def test_message(modules: Page, message: str, mentions: dict[str, object], language: str, expected: str) -> None:
    """A message is written with what it mentions, in the form for the number, apart where the direction differs."""
    told = modules.run(
        "const { formatted } = await load('core/messages'); return formatted(...argument);",
        [message, mentions, language],
    )

    assert expected == told


@pytest.mark.parametrize(
    "message", ["{", "}", "{a b}", "{n, plural, one {x}}", "{n, plural, other {x}", "{n, select, x {y}}"]
)
def test_what_is_no_message_is_a_mistake(modules: Page, message: str) -> None:
    """A text that breaks off, or has a form that is not known, is never shown half."""
    with pytest.raises(Exception, match=r"no (message|forms)"):
        modules.run("(await load('core/messages')).formatted(argument, { n: 1 }, 'en');", message)
