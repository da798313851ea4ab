"""A gifter's level: by the coins that a person has given in all, anonymously or not, whatever room it was in.

A level is no entry of the journal and is kept nowhere: it is what the account `given` comes to, which each gift's
postings move, and which is proved, archived and put together again like any other. `level_up` is told by the gift's own
script, where that account goes past a threshold: once, as a gift is applied once.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cache
from pathlib import Path

import msgspec

FILE = Path(__file__).parent / "data" / "levels.json"


class Levels(msgspec.Struct, frozen=True):
    """The coins from which on somebody has the first level, the second, and so on."""

    version: int
    levels: tuple[int, ...]

    def of(self, given: int) -> int:
        """The level of somebody who has given so much; 0 for none yet."""
        return bisect_right(self.levels, given)


def parse(text: bytes) -> Levels:
    """Levels from their JSON.

    Raises:
        ValueError: it has the wrong shape, no level, or one that does not need more coins than the one before it.
    """
    found = msgspec.json.decode(text, type=Levels)
    if not found.levels or found.levels[0] < 1 or list(found.levels) != sorted(set(found.levels)):
        raise ValueError("each level needs more coins than the one before it")
    return found


@cache
def load() -> Levels:
    """The levels that ship with Fanfare."""
    return parse(FILE.read_bytes())
