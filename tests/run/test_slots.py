from __future__ import annotations

import os

import pytest

from app.run import slots
from app.run.slots import Backoff


def test_first_death_is_followed_at_once() -> None:
    """A child that dies once is started again without a pause."""
    assert 0.0 == Backoff().delay_s(lived_s=0)


def test_crash_loop_waits_longer_up_to_five_seconds() -> None:
    """A child that dies again and again is started after ever longer pauses, of 5 s at most."""
    backoff = Backoff()

    assert [0, 0.5, 1, 2, 4, 5, 5] == [backoff.delay_s(lived_s=1) for _ in range(7)]


def test_crash_loop_may_wait_for_less() -> None:
    """The longest pause is the caller's: a store is waited for by all workers."""
    backoff = Backoff(2.0)

    assert [0, 0.5, 1, 2, 2] == [backoff.delay_s(lived_s=1) for _ in range(5)]


def test_steady_child_starts_anew() -> None:
    """A child that lived for 10 s has earned an immediate start again."""
    backoff = Backoff()
    backoff.delay_s(lived_s=0)
    backoff.delay_s(lived_s=0)

    assert 0.0 == backoff.delay_s(lived_s=10)


def test_children_see_no_settings_in_their_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, some of them secret, stay out of the children's environment; the rest is passed on."""
    monkeypatch.setenv("FANFARE_SECRET", "x")
    monkeypatch.setenv("PYTHONPATH", "/elsewhere")
    seen = slots.environment()

    assert set(os.environ) - {"FANFARE_SECRET"} == set(seen)
    assert f"{slots.ROOT}:/elsewhere" == seen["PYTHONPATH"]
