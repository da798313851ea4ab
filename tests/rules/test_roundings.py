from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.roundings import Way, divide

WAYS = st.sampled_from(["down", "up", "half_up"])


@given(st.integers(0, 10**30), st.integers(1, 10**20), WAYS)
def test_nothing_is_lost(numerator: int, denominator: int, way: Way) -> None:
    """The rounded part and what is left over are exactly what was divided, whichever way it goes."""
    found = divide("part", numerator, denominator, way)

    assert numerator == found.whole * found.per + found.rest
    assert ("part", denominator) == (found.name, found.per)
    assert abs(found.rest) < denominator


@given(st.integers(0, 10**30), st.integers(1, 10**20))
def test_ways(numerator: int, denominator: int) -> None:
    """Down leaves something over, up something missing, and the nearest is never more than a half away."""
    down, up, nearest = (divide("part", numerator, denominator, way) for way in ("down", "up", "half_up"))

    assert down.rest >= 0 >= up.rest
    assert up.whole - down.whole == (1 if down.rest else 0)
    assert -denominator <= 2 * nearest.rest < denominator
    assert nearest.whole in (down.whole, up.whole)


@pytest.mark.parametrize(("numerator", "whole"), [(4, 0), (5, 1), (14, 1), (15, 2), (20, 2), (0, 0)])
def test_a_half_goes_up(numerator: int, whole: int) -> None:
    """A half is rounded up, as tax offices do."""
    assert whole == divide("tax", numerator, 10, "half_up").whole
