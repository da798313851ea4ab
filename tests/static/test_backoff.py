"""The waits before another attempt to connect."""

from __future__ import annotations

from .conftest import Page


def test_bounds(modules: Page) -> None:
    """However often it failed and however the dice fall, the wait is between 0.5 and 20 seconds."""
    low, high, first = modules.run("""
        const { waitBefore } = await load('core/backoff');
        const waits = [];
        for (let attempt = 0; attempt < 60; attempt += 1) {
          for (const dice of [0, 0.3, 0.999999]) waits.push(waitBefore(attempt, dice));
        }
        return [Math.min(...waits), Math.max(...waits), waitBefore(0, 0.999999)];
    """)

    assert (500, 20_000, 1000) == (low, high, first)


def test_spread(modules: Page) -> None:
    """The jitter is full: the same attempt may wait any time up to its ceiling."""
    waits = modules.run("""
        const { waitBefore } = await load('core/backoff');
        return [0, 0.25, 0.5, 0.75].map((dice) => waitBefore(10, dice));
    """)

    assert [500, 5375, 10_250, 15_125] == waits
