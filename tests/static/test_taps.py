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
    """No send has more than 999, and every gift tapped is in one of them."""
    waiting, due, after = modules.run(
        START
        + """
        for (let i = 0; i < 1500; i += 1) taps.tap(rose, 1);
        for (let i = 0; i < 3; i += 1) taps.tap(heart, 1, { quantity: 500 });
        const waiting = [taps.waiting('rose'), taps.waiting('heart')];
        return [waiting, taps.takeDue(151), taps.waiting('rose')];
    """
    )

    assert [1500, 1500] == waiting
    assert [("rose", 999), ("rose", 501)] == [(send["gift"], send["quantity"]) for send in due[:2]]
    assert [500, 500, 500] == [send["quantity"] for send in due[2:]]
    assert 0 == after


def test_words_go_with_the_gift_they_were_said_with(modules: Page) -> None:
    """Words go once, with the send that is open; other words begin another send."""
    due = modules.run(
        START
        + """
        taps.tap(rose, 0);
        taps.tap(rose, 10, { quantity: 10, words: 'for you' });
        taps.tap(rose, 20);
        taps.tap(rose, 30, { words: 'and you' });
        return taps.takeDue(150);
    """
    )

    assert [
        {"gift": "rose", "quantity": 12, "words": "for you"},
        {"gift": "rose", "quantity": 1, "words": "and you"},
    ] == due


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
