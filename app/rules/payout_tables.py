"""Payouts as CSV, for accounts and tax offices."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.rules.csv_rows import amount, csv_row, time_text
from app.rules.payout_views import PayoutStatement, TaxYear

STATEMENT_HEAD = ("payout", "time", "line", "amount", "currency", "why")
TAX_HEAD = ("payout", "time", "kind", "gross", "service_fee", "withholding", "net", "currency")


def statement_csv(statement: PayoutStatement) -> Iterable[str]:
    """A payout's steps and its history, one a row."""
    yield csv_row(STATEMENT_HEAD)
    asked = time_text(statement.created_ms)
    yield csv_row(
        (statement.id, asked, "diamonds", Decimal(statement.diamonds), "", f"rate card {statement.rate_card}")
    )
    for step in statement.steps:
        yield csv_row((statement.id, asked, step.name, amount(step.amount), step.amount.currency, step.why))
    for event in statement.history:
        yield csv_row((statement.id, time_text(event.at_ms), event.status, None, "", event.why))


def tax_csv(year: TaxYear) -> Iterable[str]:
    """A year's payouts, one a row, and a total for each currency; what came back is below zero."""
    yield csv_row(TAX_HEAD)
    for line in year.lines:
        amounts = (line.gross, line.service_fee, line.withholding, line.net)
        yield csv_row((line.payout, time_text(line.at_ms), line.kind, *map(amount, amounts), line.gross.currency))
    for total in year.totals:
        amounts = (total.gross, total.service_fee, total.withholding, total.net)
        yield csv_row(("", str(year.year), "total", *map(amount, amounts), total.currency))
