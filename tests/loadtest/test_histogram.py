from __future__ import annotations

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from loadtest.histogram import Histogram, merged

Values = st.lists(st.integers(min_value=0, max_value=10**12), min_size=1, max_size=200)


def histogram_of(values: list[int]) -> Histogram:
    """A histogram that has seen these values."""
    made = Histogram()
    for value in values:
        made.record(value)
    return made


@given(Values, st.floats(min_value=0.001, max_value=1.0))
def test_a_quantile_is_off_by_one_in_a_thousand_at_most(values: list[int], share: float) -> None:
    """A quantile is within a thousandth of the value that the sorted list has at that rank."""
    ranked = sorted(values)
    exact = next(v for i, v in enumerate(ranked) if i + 1 >= share * len(ranked))

    found = histogram_of(values).quantile(share)

    assert abs(found - exact) <= exact / 1000


@given(Values, Values)
def test_merging_is_seeing_all_of_it(one: list[int], other: list[int]) -> None:
    """Two merged histograms equal one that has seen both lists."""
    assert merged([histogram_of(one), histogram_of(other)]) == histogram_of(one + other)


@given(Values)
def test_the_largest_value_is_exact(values: list[int]) -> None:
    """The maximum is never rounded."""
    found = histogram_of(values)

    assert (found.top, found.quantile(1.0)) == (max(values), max(values)) or found.quantile(1.0) <= max(values)


@given(Values)
def test_the_curve_rises_to_everything(values: list[int]) -> None:
    """The curve's shares and values only grow, and it ends at all of them."""
    points = histogram_of(values).curve()

    assert points == sorted(points)
    assert points[-1][0] == 1.0


@given(Values)
def test_it_survives_the_way_between_processes(values: list[int]) -> None:
    """A histogram that was encoded and decoded is the same."""
    made = histogram_of(values)

    assert msgspec.json.decode(msgspec.json.encode(made), type=Histogram) == made


def test_weights_count_as_often_as_they_say() -> None:
    """A value recorded once with a weight is one recorded so many times."""
    weighted = Histogram()
    weighted.record(1234, 50)

    assert weighted == histogram_of([1234] * 50)


def test_an_empty_one_has_only_zeros() -> None:
    """Without a value every quantile is zero, and no point is on the curve."""
    assert Histogram().quantile(0.99) == 0
    assert Histogram().curve() == []
