from __future__ import annotations

import time

from app.base.clock import Clock, now_ms


def test_milliseconds_since_1970() -> None:
    """The clock says whole milliseconds of the wall clock."""
    clock: Clock = now_ms
    before, said, after = time.time(), clock(), time.time()

    assert isinstance(said, int)
    assert int(before * 1000) <= said <= int(after * 1000) + 1
