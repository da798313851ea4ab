from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.client.place import Place
from app.rules.commands import Resume


def test_events_are_taken_once_and_in_order() -> None:
    """What was seen is not taken again, what stands behind a gap not before it; the place goes on by what was taken."""
    place = Place()
    assert place.resume() is None
    place.begin("e", 4, recovered=False)

    assert ["next", "seen", "gap", "next", "seen", "next"] == [
        place.step(*span) for span in ((5, 5), (5, 5), (7, 7), (6, 9), (4, 9), (9, 10))
    ]
    assert Resume("e", 10) == place.resume()


def test_a_welcome_that_recovers_leaves_the_place() -> None:
    """What was missed follows as events; another epoch, or a new picture, begins anew; who forgets asks for one."""
    place = Place()
    place.begin("e", 4, recovered=False)
    place.begin("e", 9, recovered=True)
    assert Resume("e", 4) == place.resume()
    place.begin("e", 9, recovered=False)
    assert Resume("e", 9) == place.resume()
    place.begin("f", 2, recovered=True)
    assert Resume("f", 2) == place.resume()
    place.forget()
    assert place.resume() is None


@given(st.lists(st.integers(1, 12), max_size=80))
def test_however_events_come_they_are_taken_once_and_in_order(offsets: list[int]) -> None:
    """Out of order, twice, or not at all: what is taken is 1, 2, 3 and so on, as far as nothing is missing."""
    place = Place()
    place.begin("e", 0, recovered=False)
    taken = [offset for offset in offsets if place.step(offset, offset) == "next"]

    assert list(range(1, len(taken) + 1)) == taken
    assert place.offset == len(taken)
