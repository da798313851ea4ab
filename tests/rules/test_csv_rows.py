from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.csv_rows import amount, csv_row, time_text
from app.rules.currencies import money


@given(st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\x00")), min_size=2))
def test_a_row_is_read_back(cells: list[str]) -> None:
    """Whatever is in the cells, a reader of CSV finds it again, save for what guards against formulas."""
    (found,) = csv.reader(io.StringIO(csv_row(cells), newline=""))

    assert cells == [cell if cell == said else cell.removeprefix("'") for cell, said in zip(found, cells, strict=True)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_a_formula_is_a_text(text: str) -> None:
    """Text that a spreadsheet would reckon with is guarded; numbers are not."""
    assert f"'{text},-5,\r\n" == csv_row([text, -5, None])


def test_amounts_and_times() -> None:
    """An amount has its currency's decimals and is a number below zero too; a time says its zone."""
    amounts = [amount(money(minor, code)) for minor, code in ((-999, "USD"), (5, "JPY"), (1, "KWD"))]

    assert "-9.99,5,0.001\r\n" == csv_row(amounts)
    assert "1970-01-01T00:00:01Z" == time_text(1999)
