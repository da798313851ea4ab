"""Which of several answers is to be shown."""

from __future__ import annotations

from .conftest import Page


def test_an_answer_that_was_overtaken_is_old(modules: Page) -> None:
    """Only what began last is the newest, however late the others end; each has a count of its own."""
    told = modules.run("""
        const { latest } = await load('core/latest');
        const [begin, other] = [latest(), latest()];
        const first = begin();
        const alone = first();
        const second = begin();
        other();
        return [alone, first(), second(), second()];
    """)

    assert [True, False, True, True] == told
