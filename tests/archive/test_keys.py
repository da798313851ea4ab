from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.archive.keys import BYTES, short
from app.base.ids import uuid7


@given(keys=st.lists(st.text(max_size=40), unique=True, max_size=20))
def test_each_key_has_its_own_short_form(keys: list[str]) -> None:
    """Any two keys differ in their short form, which is always as long."""
    found = [short(key) for key in keys]

    assert len(keys) == len(set(found))
    assert {BYTES} >= {len(form) for form in found}


def test_gifts_lie_in_the_order_of_their_time() -> None:
    """The short form of a gift's key begins with its time: later ones stand at the end of an index."""
    times = [1, 255, 256, 1_790_000_000_000, 1_790_000_000_001]
    found = [short(f"gift:{9 - i}:{uuid7(at_ms)}") for i, at_ms in enumerate(times)]

    assert sorted(found) == found


def test_the_sender_is_part_of_it() -> None:
    """Two people's gifts of one id are two gifts."""
    one = uuid7(1_790_000_000_000)

    assert short(f"gift:ann:{one}") != short(f"gift:bob:{one}")
