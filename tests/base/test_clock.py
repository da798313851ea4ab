from __future__ import annotations

import time

from app.base.clock import Clock, SteadyClock, now_ms, since_boot_ns


def test_milliseconds_since_1970() -> None:
    """The clock says whole milliseconds of the wall clock."""
    clock: Clock = now_ms
    before, said, after = time.time(), clock(), time.time()

    assert isinstance(said, int)
    assert int(before * 1000) <= said <= int(after * 1000) + 1


def test_what_has_passed_since_the_machine_was_started() -> None:
    """It goes on, in nanoseconds."""
    before, after = since_boot_ns(), since_boot_ns()

    assert 0 < before <= after
    assert after - before < 10**9


def test_a_steady_clock_goes_on_from_what_it_was_told() -> None:
    """Until it is told a time it is the wall clock; then what has passed since counts, and nothing else."""
    passed_ns = 5_000_000_000
    clock = SteadyClock(lambda: passed_ns)

    assert not clock.is_told
    assert abs(clock() - now_ms()) < 1000
    clock.tell(1_000)
    passed_ns += 2_500_000
    assert (True, 1_002) == (clock.is_told, clock())
    clock.tell(900)
    assert 900 == clock()
