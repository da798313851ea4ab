from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from app.base import ids
from loadtest.gift_ids import is_ours, new_id, time_of

Times = st.floats(min_value=1.6e9, max_value=2.5e9)


@given(Times, st.integers(0, 0xFFFF))
def test_an_id_carries_its_time_and_its_run(at_s: float, tag: int) -> None:
    """An id is a UUIDv7, gives its time back to the microsecond, and says to which run it belongs."""
    made = new_id(at_s, f"{tag:04x}", random.Random(1))

    assert ids.is_uuid7(made)
    assert abs(time_of(made) - at_s) < 1e-6
    assert abs(ids.time_of(made) - at_s * 1000) <= 1
    assert is_ours(made, f"{tag:04x}")
    assert not is_ours(made, f"{tag ^ 1:04x}")


def test_ids_of_one_moment_differ() -> None:
    """Many ids for the same moment are all different."""
    chance = random.Random(7)

    assert len({new_id(1.8e9, "abcd", chance) for _ in range(10_000)}) == 10_000
