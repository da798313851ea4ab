from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.guardians import CODE_LENGTH, LETTERS, Link, guardian_view, new_code, shown, typed, ward_view

LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="code")


@given(st.integers())
def test_a_code_is_typed_as_it_is_shown(seed: int) -> None:
    """However it is spaced and in whatever case, it is the code that was made."""
    code = new_code(random.Random(seed).choice)
    assert {code} == {
        typed(text) for text in (code, shown(code), f" {shown(code).lower()} ", shown(code).replace("-", "–"))
    }


@pytest.mark.parametrize("text", ["", "ABCD-EFG", "ABCD-EFGHJ", "ABCD-EFG0", "ABCD-EFGI", "ABCD EFGÄ", "ΩΩΩΩΩΩΩΩ"])
def test_what_can_be_no_code(text: str) -> None:
    """Too short, too long, or with letters that no code has."""
    assert typed(text) is None


def test_codes_are_many() -> None:
    """Five tries of a guess in a life of a code find one of a hundred thousand in less than one case of a million."""
    assert len(LETTERS) ** CODE_LENGTH > 5 * 100_000 * 1_000_000


def test_each_is_shown_the_other() -> None:
    """The guardian sees the ward, the ward the guardian; or that there is none."""
    assert ("wim", "Wim", 7) == (ward_view(LINK).id, ward_view(LINK).name, ward_view(LINK).since_ms)
    guardian = guardian_view(LINK).guardian
    assert guardian is not None
    assert ("gil", "Gil", 7) == (guardian.id, guardian.name, guardian.since_ms)
    assert guardian_view(None).guardian is None
