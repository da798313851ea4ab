from __future__ import annotations

import io

from app.commands.progress import Bar


class Terminal(io.StringIO):
    """Somewhere to draw on."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_a_bar_grows_in_place() -> None:
    """On a terminal one line is drawn again and again, and taken away at the end."""
    out, clock = Terminal(), iter([0.0, 0.0, 1.0, 2.0])
    bar = Bar(out, lambda: next(clock))
    for done in (10, 250, 500):
        bar("entries proved", done, 1000)
    bar.end()
    first, second, last, nothing = out.getvalue().split("\r")[1:]

    assert "████████" + "░" * 22 + "  25%  250 of 1,000 entries proved, 3 s left" == first
    assert second.startswith("█" * 15 + "░" * 15 + "  50%  500 of 1,000")
    assert ("", "") == (last.strip(), nothing)


def test_elsewhere_it_is_a_line_now_and_then() -> None:
    """In a log there is a line every few seconds, and nothing is drawn."""
    out, clock = io.StringIO(), iter([0.0, 0.0, 6.0, 7.0])
    bar = Bar(out, lambda: next(clock))
    for done in (10, 250, 500):
        bar("entries proved", done, 1000)
    bar.end()

    assert "fanfare: 25%  250 of 1,000 entries proved, 18 s left\n" == out.getvalue()


def test_each_thing_has_a_time_of_its_own() -> None:
    """What is left of the second thing is reckoned from its own beginning."""
    out, clock = io.StringIO(), iter([0.0, 1.0, 90.0, 100.0])
    bar = Bar(out, lambda: next(clock))
    bar("entries proved", 1, 2)
    bar("accounts compared", 0, 2)
    bar("accounts compared", 1, 2)

    assert out.getvalue().endswith("fanfare: 50%  1 of 2 accounts compared, 10 s left\n")


def test_of_nothing_all_is_done() -> None:
    """Where there is nothing to do, it is done."""
    out, clock = io.StringIO(), iter([0.0, 9.0])
    Bar(out, lambda: next(clock))("entries proved", 0, 0)

    assert "fanfare: 100%  0 of 0 entries proved, 0 s left\n" == out.getvalue()
