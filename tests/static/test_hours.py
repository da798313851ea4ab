"""Times of a day in forms."""

from __future__ import annotations

from .conftest import Page


def test_minutes_and_texts_are_each_others(modules: Page) -> None:
    """Every minute of the day is written and read as it is; an empty field is no time."""
    found = modules.run("""
        const { minutesIn, timeText } = await load('core/hours');
        const wrong = [...Array(1440).keys()].filter((minute) => minutesIn(timeText(minute)) !== minute);
        return [wrong, timeText(545), minutesIn(''), timeText(null)];
    """)
    assert [[], "09:05", None, ""] == found
