"""The flash governor and the frame budget: pure, fed with times."""

from __future__ import annotations

import random

from ..conftest import Page


def test_governor(modules: Page) -> None:
    """Whenever flashes are asked for, no second ever holds more than three."""
    chance = random.Random(7)
    times, now = [], 0.0
    for _ in range(3000):
        now += chance.choice([0, 1, 30, 250, 333, 334, 500, 1000, 1001])
        times.append(now)

    allowed = modules.run(
        """
        const { FlashGovernor } = await load('art/flash');
        const governor = new FlashGovernor();
        return argument.filter((time) => governor.allow(time));
        """,
        times,
    )

    assert len(allowed) > 500
    assert all(later - first > 1000 for first, later in zip(allowed, allowed[3:], strict=False))


def test_governor_is_not_mean(modules: Page) -> None:
    """Flashes that keep to the limit are all allowed."""
    answers = modules.run(
        """
        const { FlashGovernor } = await load('art/flash');
        const governor = new FlashGovernor();
        return [0, 340, 680, 1020, 1360, 1700, 2040].map((time) => governor.allow(time));
        """
    )

    assert [True] * 7 == answers


def test_budget(modules: Page) -> None:
    """Slow frames thin the particles, then lower the resolution; quick ones bring both back; a pinned budget stays."""
    slow, recovered, slept, pinned = modules.run(
        """
        const { Budget } = await load('art/budget');
        const after = (budget, frames, ms) => {
            for (let i = 0; i < frames; i += 1) budget.sample(ms);
            return [budget.share, budget.resolution];
        };
        const budget = new Budget();
        const slow = after(budget, 200, 90);
        const pinned = new Budget({ pinned: 0.8 });
        return [slow, after(budget, 1200, 33), after(new Budget(), 50, 60000), after(pinned, 200, 90)];
        """
    )

    assert [0.3, 0.5] == slow
    assert [1, 1] == recovered
    assert [1, 1] == slept
    assert [0.8, 1] == pinned
