from __future__ import annotations

import pytest

from app.rules.levels import Levels, load, parse


def test_a_level_is_what_somebody_has_given() -> None:
    """Each threshold that is reached is a level, and below the first there is none."""
    levels = Levels(1, (10, 50, 100))

    assert [0, 0, 1, 1, 2, 3, 3] == [levels.of(given) for given in (0, 9, 10, 49, 50, 100, 10**15)]


def test_the_levels_that_ship() -> None:
    """The levels that ship are in order, and somebody who has given nothing has none."""
    assert 0 == load().of(0) < load().of(load().levels[0])


@pytest.mark.parametrize("levels", ["[]", "[0, 1]", "[5, 5]", "[9, 3]", '["a"]', "null"])
def test_levels_that_are_none_are_refused(levels: str) -> None:
    """Without a level, or with one that needs no more than the one before it, nothing starts."""
    with pytest.raises(ValueError):  # noqa: PT011
        parse(f'{{"version": 1, "levels": {levels}}}'.encode())
