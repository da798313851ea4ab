"""What is said of payouts over HTTP."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from msgspec import Struct

from app.rules.currencies import Money, money
from app.rules.money import diamonds_text
from app.rules.payouts import Event, Payout, Status
from app.rules.quotes import Quote, Step
from app.rules.rates import RateCardView


class QuoteView(Struct, frozen=True, kw_only=True):
    """What so many diamonds come to, step by step; `quote` is good for one payout, until `expires_ms`.

    Attributes:
        needs_approval: whether a second person has to approve a payout of that size.
        rails: by which it can be paid.
    """

    quote: str
    diamonds: str
    gross: Money
    service_fee: Money
    withholding: Money
    net: Money
    rate_card: RateCardView
    steps: tuple[Step, ...]
    expires_ms: int
    needs_approval: bool
    rails: tuple[str, ...]


class PayoutView(Struct, frozen=True, kw_only=True):
    """A payout as its streamer sees it. `destination` shows no more than its end."""

    id: str
    status: Status
    diamonds: str
    gross: Money
    service_fee: Money
    withholding: Money
    net: Money
    rail: str
    destination: str
    rate_card: str
    needs_approval: bool
    cancellable: bool
    created_ms: int
    history: tuple[Event, ...]


class PayoutList(Struct, frozen=True):
    """Payouts, the newest first."""

    payouts: list[PayoutView]
    cursor: str | None


class OperatorPayoutView(PayoutView, frozen=True, kw_only=True):
    """A payout as operators see it: whose it is, and what the rail calls it. `decided_by` approved or rejected it."""

    user: str
    country: str
    form: str
    reference: str
    decided_by: str


class OperatorPayoutList(Struct, frozen=True):
    """Payouts of everybody, the newest first."""

    payouts: list[OperatorPayoutView]
    cursor: str | None


class PayoutStatement(PayoutView, frozen=True, kw_only=True):
    """A payout's statement: every step, and the numbers of its entries in the journal."""

    name: str
    country: str
    form: str
    tax_table: str
    steps: tuple[Step, ...]
    entries: dict[str, int]
    payer: list[str]
    platform_country: str


class TaxLine(Struct, frozen=True, kw_only=True):
    """A payout that was paid in a year, or one that came back in it, whose amounts are below zero."""

    payout: str
    at_ms: int
    kind: str
    gross: Money
    service_fee: Money
    withholding: Money
    net: Money


class TaxTotal(Struct, frozen=True, kw_only=True):
    """What a year comes to in one currency."""

    currency: str
    payouts: int
    gross: Money
    service_fee: Money
    withholding: Money
    net: Money


class TaxYear(Struct, frozen=True, kw_only=True):
    """A streamer's year (UTC): what was paid, less what came back."""

    year: int
    user: str
    totals: list[TaxTotal]
    lines: list[TaxLine]


def view(payout: Payout) -> PayoutView:
    """A payout as its streamer sees it."""
    return PayoutView(**_fields(payout))


def operator_view(payout: Payout) -> OperatorPayoutView:
    """A payout as operators see it."""
    return OperatorPayoutView(
        **_fields(payout),
        user=payout.user,
        country=payout.country,
        form=payout.form,
        reference=payout.reference,
        decided_by=payout.by,
    )


def quote_view(
    quoted: Quote, sealed: str, until_ms: int, card: RateCardView, approve_from: int, rails: Iterable[str]
) -> QuoteView:
    """A quote as its streamer sees it."""
    return QuoteView(
        quote=sealed,
        diamonds=diamonds_text(quoted.milli),
        gross=quoted.gross,
        service_fee=quoted.service_fee,
        withholding=quoted.withholding,
        net=quoted.net,
        rate_card=card,
        steps=quoted.steps,
        expires_ms=until_ms,
        needs_approval=quoted.gross.minor >= approve_from,
        rails=tuple(rails),
    )


def statement(payout: Payout, payer: list[str], platform_country: str) -> PayoutStatement:
    """A payout's statement."""
    numbers = {"payout_hold": payout.held_n, "payout_paid": payout.paid_n, "payout_returned": payout.back_n}
    return PayoutStatement(
        **_fields(payout),
        name=payout.name,
        country=payout.country,
        form=payout.form,
        tax_table=payout.tax_table,
        steps=payout.steps,
        entries={kind: n for kind, n in numbers.items() if n},
        payer=payer,
        platform_country=platform_country,
    )


def tax_year(year: int, user: str, payouts: Iterable[Payout]) -> TaxYear:
    """A year, from the payouts that were paid in it or came back in it."""
    lines = sorted((line for payout in payouts for line in _lines(payout, year)), key=lambda line: line.at_ms)
    return TaxYear(year=year, user=user, totals=list(_totals(lines)), lines=lines)


def _fields(payout: Payout) -> dict[str, Any]:
    return {
        "id": payout.id,
        "status": payout.status,
        "diamonds": diamonds_text(payout.milli),
        "gross": payout.money(payout.gross),
        "service_fee": payout.money(payout.fee),
        "withholding": payout.money(payout.withholding),
        "net": payout.money(payout.net),
        "rail": payout.rail,
        "destination": payout.masked,
        "rate_card": payout.card,
        "needs_approval": payout.second,
        "cancellable": payout.status in ("requested", "approved"),
        "created_ms": payout.created_ms,
        "history": payout.history,
    }


def _lines(payout: Payout, year: int) -> Iterable[TaxLine]:
    for kind, at_ms, sign in (("paid", payout.paid_ms, 1), ("returned", payout.back_ms, -1)):
        if at_ms and datetime.fromtimestamp(at_ms // 1000, UTC).year == year:
            yield TaxLine(
                payout=payout.id,
                at_ms=at_ms,
                kind=kind,
                gross=payout.money(sign * payout.gross),
                service_fee=payout.money(sign * payout.fee),
                withholding=payout.money(sign * payout.withholding),
                net=payout.money(sign * payout.net),
            )


def _totals(lines: list[TaxLine]) -> Iterable[TaxTotal]:
    for currency in sorted({line.gross.currency for line in lines}):
        found = [line for line in lines if line.gross.currency == currency]
        names = ("gross", "service_fee", "withholding", "net")
        sums = {name: money(sum(getattr(line, name).minor for line in found), currency) for name in names}
        yield TaxTotal(currency=currency, payouts=sum(line.kind == "paid" for line in found), **sums)
