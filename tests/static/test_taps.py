"""Taps on one gift."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Taps } = await load('core/taps');
    const taps = new Taps();
    const rose = { id: 'rose', streakable: true };
    const heart = { id: 'heart', streakable: true };
    const lion = { id: 'lion', streakable: false };
"""


def test_join(modules: Page) -> None:
    """Taps within 150 ms of the first go out as one send with their number, and later ones do not hold it back."""
    early, due, later = modules.run(
        START
        + """
        for (const ms of [0, 40, 90, 149]) taps.tap(rose, ms);
        taps.tap(heart, 100);
        const early = taps.takeDue(149);
        const due = taps.takeDue(150);
        taps.tap(rose, 151);
        return [early, due, taps.takeDue(301)];
    """
    )

    assert [] == early
    assert [{"gift": "rose", "quantity": 4}] == due
    assert [{"gift": "heart", "quantity": 1}, {"gift": "rose", "quantity": 1}] == later


def test_quantity_bound(modules: Page) -> None:
    """No send has more than 999, and no tap beyond them is silently taken."""
    taken, due = modules.run(
        START
        + """
        let taken = 0;
        for (let i = 0; i < 1500; i += 1) taken += taps.tap(rose, 1);
        return [taken, taps.takeDue(1)];
    """
    )

    assert 999 == taken
    assert [{"gift": "rose", "quantity": 999}] == due


def test_single_gifts(modules: Page) -> None:
    """A gift that cannot streak goes out at once and one by one, and a slip of the finger buys no second one."""
    first, slip, second, due = modules.run(
        START
        + """
        const first = taps.tap(lion, 0);
        const sent = taps.takeDue(0);
        const slip = taps.tap(lion, 200);
        const second = taps.tap(lion, 700);
        return [first, slip, second, [...sent, ...taps.takeDue(700)]];
    """
    )

    assert (True, False, True) == (first, slip, second)
    assert [{"gift": "lion", "quantity": 1}] * 2 == due
