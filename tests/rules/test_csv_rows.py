from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.csv_rows import csv_row


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2))
def test_a_row_is_read_back(cells: list[str]) -> None:
    """Whatever is in the cells, a reader of CSV finds it again, save for what guards against formulas."""
    (found,) = csv.reader(io.StringIO(csv_row(cells), newline=""))

    assert cells == [cell if cell == said else cell.removeprefix("'") for cell, said in zip(found, cells, strict=True)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_formula_is_a_text(text: str) -> None:
    """Text that a spreadsheet would reckon with is guarded; numbers are not."""
    assert f"'{text},-5,\r\n" == csv_row([text, -5, None])
