from __future__ import annotations

import csv
from collections.abc import Iterable

from app.rules.payout_tables import statement_csv, tax_csv
from app.rules.payout_views import statement, tax_year
from tests.rules.test_payout_views import at, paid
from tests.rules.test_payouts import after


def rows(text: Iterable[str]) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader("".join(text).splitlines()))


def test_a_statement_as_a_table() -> None:
    """The diamonds, each step with its reason, and the history; the steps add up to the net amount."""
    found = rows(statement_csv(statement(after("held", "cancel")[0], ["Night Stage GmbH"], "US")))

    assert ["diamonds", "gross", "service_fee", "withholding", "net", "requested", "approved", "cancelled"] == [
        row["line"] for row in found
    ]
    assert ["4000.5", "20.00", "-0.20", "-4.80", "15.00"] == [row["amount"] for row in found[:5]]
    assert {"po-1"} == {row["payout"] for row in found}
    assert "backup" in found[3]["why"]


def test_a_year_as_a_table() -> None:
    """Each line, what came back below zero, and a total."""
    found = rows(tax_csv(tax_year(2026, "sam", [paid("a", at(2026)), paid("b", at(2025), at(2026))])))

    assert [("paid", "15.00"), ("returned", "-15.00"), ("total", "0.00")] == [
        (row["kind"], row["net"]) for row in found
    ]
