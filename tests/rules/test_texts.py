from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.texts import MARKS_MAX, lines, one_line

ODD = st.text(
    "aé \n\r\t\x00\x1b\u0301\u0489\u200b\u200c\u200d\u202e\u2066\u2028\u3164\u2800\ufeffمی\u094dक👩🏽💻\ufe0f\U000e0041"
)
TEXTS = st.text() | ODD


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Ann", "Ann"),
        ("  Ann \n\t Lee ", "Ann Lee"),
        ("Ann\r\nBob", "Ann Bob"),
        ("A\u200bn\u200dn\ufeff", "Ann"),
        ("\u202eevil\u202c\u2066", "evil"),
        ("a\x00b\x1b[31m", "ab[31m"),
        ("soft\u00adhyphen", "softhyphen"),
        ("Ann\u3164", "Ann"),
        ("z" + "\u0301" * 30 + "!", "z" + "\u0301" * 4 + "!"),
        ("z" + "\u0301\u200b" * 30, "z" + "\u0301" * 4),
        ("flag \U0001f3f4\U000e0067\U000e007f", "flag \U0001f3f4"),
        ("👩🏽\u200d💻", "👩🏽\u200d💻"),
        ("🏳\ufe0f\u200d🌈", "🏳\ufe0f\u200d🌈"),
        ("❤\ufe0f\u200d🔥", "❤\ufe0f\u200d🔥"),
        ("1\ufe0f\u20e3", "1\ufe0f\u20e3"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("क\u094d\u200dष", "क\u094d\u200dष"),
        ("a\u200d", "a"),
        ("\U0001fae8\u200d\U0001fae9", "\U0001fae8\u200d\U0001fae9"),
    ],
)
def test_a_line_is_what_can_be_seen(written: str, shown: str) -> None:
    """A name is one line; what hides, turns or stacks is gone, and emoji and scripts are as they were."""
    assert shown == one_line(written)


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "\n",
        "\u200b",
        " \u2060 ",
        "\u3164",
        "\u2800\u2800",
        "\u0301\u0301",
        "\ufeff\x00",
        "\u2065",
        "\U000e0001",
    ],
)
def test_what_cannot_be_seen_is_blank(written: str) -> None:
    """A text of spaces, invisible letters or marks on nothing is empty."""
    assert ("", "") == (one_line(written), lines(written))


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("two  spaces", "two  spaces"),
        ("a\nb", "a\nb"),
        ("a\r\nb\u2028c\x0bd", "a\nb\nc\nd"),
        ("a\tb", "a b"),
        ("\u202eab\u202c", "ab"),
        ('</script> "quotes" \\ 🎉', '</script> "quotes" \\ 🎉'),
    ],
)
def test_a_comment_keeps_its_lines(written: str, shown: str) -> None:
    """A text of several lines keeps them, whatever they were broken with."""
    assert shown == lines(written)


@given(TEXTS)
def test_no_text_reaches_beyond_its_place(written: str) -> None:
    """Whatever is written, what is shown has no control, no lone joiner, no tower of marks, and is no longer."""
    for shown in (line := one_line(written), text := lines(written)):
        assert len(shown) <= len(written)
        hidden = {letter for letter in shown if unicodedata.category(letter) in ("Cc", "Cf", "Zl", "Zp")}
        assert hidden <= set("\n\u200c\u200d")
        marks = "".join("m" if unicodedata.category(letter)[0] == "M" else " " for letter in shown)
        assert "m" * (MARKS_MAX + 1) not in marks
    assert "\n" not in line
    assert (line, text) == (one_line(line), lines(text))
    assert bool(line) == bool(text)
