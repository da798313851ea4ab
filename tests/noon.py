"""A time zone in which it is about noon now: no test is surprised there by a day that ends."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache


@cache
def noon() -> str:
    """Its name, the same for as long as the tests run: until midnight there they have some ten hours."""
    # These names count the other way round: west is more.
    return f"Etc/GMT{datetime.now(UTC).hour - 12:+d}"
