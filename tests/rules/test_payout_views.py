from __future__ import annotations

from datetime import UTC, datetime

import msgspec
import pytest

from app.rules.payout_views import operator_view, quote_view, statement, tax_year, view
from app.rules.payouts import Payout
from app.rules.tables import milliseconds
from tests.rules.money_tables import card
from tests.rules.test_payouts import ASKED, LARGE, QUOTED, after


def at(year: int, month: int = 6) -> int:
    """A moment in that year."""
    return milliseconds(datetime(year, month, 1, tzinfo=UTC))


def paid(payout_id: str, paid_ms: int, back_ms: int = 0, currency: str = "USD") -> Payout:
    """A payout that was paid, and came back perhaps."""
    return msgspec.structs.replace(ASKED, id=payout_id, paid_ms=paid_ms, back_ms=back_ms, currency=currency)


def test_what_a_streamer_sees() -> None:
    """Amounts as money, diamonds as a decimal, of the destination its mask alone, and whether it can be cancelled."""
    shown = view(after("held")[0])

    assert ("approved", "4000.5", "s•••", True) == (shown.status, shown.diamonds, shown.destination, shown.cancellable)
    assert ("20.00 USD", "0.20 USD", "4.80 USD", "15.00 USD") == tuple(
        str(money) for money in (shown.gross, shown.service_fee, shown.withholding, shown.net)
    )
    assert not view(after("held", "submit")[0]).cancellable
    assert "to" not in msgspec.to_builtins(shown)


def test_what_operators_see() -> None:
    """The same, with whose it is and who has decided."""
    shown = operator_view(after("held", "approve", payout=LARGE)[0])

    assert ("sam", "platform", True) == (shown.user, shown.decided_by, shown.needs_approval)
    assert (
        msgspec.to_builtins(view(after("held", "approve", payout=LARGE)[0])).items()
        <= msgspec.to_builtins(shown).items()
    )


@pytest.mark.parametrize(("threshold", "needed"), [(2000, True), (2001, False)])
def test_a_quote_says_whether_it_is_approved(threshold: int, needed: bool) -> None:
    """From the threshold on somebody else has to approve it."""
    shown = quote_view(QUOTED, "sealed", 5, card().view(), threshold, {"demo": 1})

    assert (needed, ("demo",), "4000.5") == (shown.needs_approval, shown.rails, shown.diamonds)


def test_a_statement_has_its_entries() -> None:
    """The numbers of those entries that there are."""
    payout = msgspec.structs.replace(after("held", "submit", "paid")[0], paid_n=9)

    assert {"payout_hold": 7, "payout_paid": 9} == statement(payout, ["Night Stage GmbH"], "US").entries
    assert {} == statement(ASKED, ["Night Stage GmbH"], "US").entries


def test_a_year_is_what_was_paid_less_what_came_back() -> None:
    """Each in the year in which it happened, summed up by currency."""
    found = [
        paid("a", at(2026)),
        paid("b", at(2026, 1), at(2026, 2)),
        paid("c", at(2025, 12), at(2026, 3)),
        paid("d", at(2026), currency="EUR"),
        paid("e", at(2027)),
    ]
    year = tax_year(2026, "sam", found)
    euros, dollars = year.totals

    assert [("b", "paid"), ("b", "returned"), ("c", "returned"), ("a", "paid"), ("d", "paid")] == [
        (line.payout, line.kind) for line in year.lines
    ]
    assert ("EUR", 1, 2000, 1500) == (euros.currency, euros.payouts, euros.gross.minor, euros.net.minor)
    assert ("USD", 2, 0, 0, 0) == (
        dollars.currency,
        dollars.payouts,
        dollars.gross.minor,
        dollars.net.minor,
        dollars.withholding.minor,
    )
    assert ([], []) == (tax_year(2024, "sam", found).totals, tax_year(2024, "sam", found).lines)
