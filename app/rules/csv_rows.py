"""Rows of CSV that a spreadsheet takes for what they are."""

from __future__ import annotations

from collections.abc import Iterable


def csv_row(cells: Iterable[object]) -> str:
    """One row with its end; what a spreadsheet would take for a formula is made a text, and None is empty."""
    return ",".join(map(_cell, cells)) + "\r\n"


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
