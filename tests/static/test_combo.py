"""The streak that the combo button goes on with."""

from __future__ import annotations

from .conftest import Page

START = """
    const { Combo, STREAK_MS } = await load('core/combo');
    const rose = { id: 'rose' };
    const heart = { id: 'heart' };
    const combo = new Combo();
    const none = () => false;
"""


def test_count_is_the_server_s(modules: Page) -> None:
    """Taps change the time left alone; the count is the server's, and another gift begins anew."""
    told = modules.run(
        START
        + """
        const seen = [];
        const see = () => seen.push([combo.shown.gift.id, combo.shown.count, combo.shown.quantity, combo.shown.beat]);
        combo.tap(rose, 10, 0); see();
        combo.accepted(rose, 10, 5); see();
        combo.accepted(heart, 99, 6); see();
        combo.tap(heart, 1, 7); see();
        return seen;
    """
    )

    assert [["rose", 0, 10, 1], ["rose", 10, 10, 2], ["rose", 10, 10, 2], ["heart", 0, 1, 1]] == told


def test_end(modules: Page) -> None:
    """It ends when a streak ends, not while gifts of it are on their way, and at once when its first is refused."""
    told = modules.run(
        START
        + """
        combo.tap(rose, 1, 0);
        const early = combo.end(STREAK_MS - 1, none);
        const sending = combo.end(STREAK_MS, (gift) => gift === rose);
        const ended = combo.end(STREAK_MS, none);
        combo.tap(rose, 1, 0);
        combo.refused(rose);
        const refused = combo.shown;
        combo.tap(rose, 1, 0);
        combo.accepted(rose, 1, 0);
        combo.refused(rose);
        return [early, sending, ended, refused, combo.shown.count];
    """
    )

    assert [False, False, True, None, 1] == told
