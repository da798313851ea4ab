from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rails.payouts.latin import latin


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Ann Ames", "Ann Ames"),
        ("  Zoë   Müller-Groß ", "Zoe Muller-Gross"),
        ("Łukasz Ørsted & Æsir", "Lukasz Orsted + AEsir"),
        ("Nguyễn Văn An", "Nguyen Van An"),
        ("İbrahim Işık", "Ibrahim Isik"),
        ("O’Neil", "O'Neil"),
    ],
)
def test_marks_are_taken_off(text: str, plain: str) -> None:
    """Names in Latin letters lose their marks and nothing else."""
    assert plain == latin(text)


@pytest.mark.parametrize("text", ["", "   ", "山田太郎", "عائشة", "Ann 🎉", "Ann\0", "a@b", "a;b"])
def test_other_scripts_are_not_guessed(text: str) -> None:
    """What has no Latin letters is refused, not replaced by something that is nobody's name."""
    with pytest.raises(ValueError, match="Latin letters are expected"):
        latin(text)


@given(st.text())
def test_whatever_comes_out_is_plain(text: str) -> None:
    """What is not refused has only characters that every bank keeps, and stays as it is when it is done again."""
    try:
        plain = latin(text)
    except ValueError:
        return
    assert re.fullmatch(r"[A-Za-z0-9/?:().,'+ -]+", plain)
    assert plain == latin(plain)
