from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.people_marks import mark_of_browser, mark_of_person


def test_people_and_browsers_are_told_apart() -> None:
    """A person and a browser of the same name are two, and a mark tells neither."""
    marks = {mark_of_person("a" * 16), mark_of_browser("a" * 16), mark_of_browser("b" * 16)}

    assert 3 == len(marks)
    assert {24} == set(map(len, marks))


@pytest.mark.parametrize("browser", ["", "a" * 15, "a" * 65, "a" * 15 + " ", "a" * 16 + "\n", "é" * 16])
def test_what_names_no_browser(browser: str) -> None:
    """An id that is short, long or odd is refused."""
    with pytest.raises(Refusal, match="bad_request"):
        mark_of_browser(browser)
