"""Rows of CSV that a spreadsheet takes for what they are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal

from app.rules.currencies import Money


def csv_row(cells: Iterable[object]) -> str:
    """One row with its end; what a spreadsheet would take for a formula is made a text, and None is empty."""
    return ",".join(map(_cell, cells)) + "\r\n"


def time_text(at_ms: int) -> str:
    """A time in UTC, as people and spreadsheets read it."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def amount(money: Money) -> Decimal:
    """An amount without its currency: a number to a spreadsheet, also where it is below zero."""
    return Decimal(money.minor).scaleb(-money.exponent)


def _cell(value: object) -> str:
    if value is None:
        return ""
    text = str(value)
    if isinstance(value, str) and text[:1] in ("=", "+", "-", "@", "\t", "\r"):
        text = f"'{text}"
    return '"' + text.replace('"', '""') + '"' if any(sign in text for sign in ',"\r\n') else text
