"""A payout's statement as a page to look at and to print: the file `statement.html`, filled in here."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from app.rules.csv_rows import time_text
from app.rules.currencies import Money
from app.rules.payout_views import PayoutStatement

PLACE = '<main class="statement-main" id="statement"></main>'
STATUSES = {
    "requested": "Asked for; it waits to be approved.",
    "approved": "Approved; it is about to be paid.",
    "submitted": "On its way.",
    "paid": "Paid.",
    "returned": "It came back; the diamonds are available again.",
    "failed": "It could not be paid; the diamonds are available again.",
    "rejected": "It was rejected; the diamonds are available again.",
    "cancelled": "It was cancelled; the diamonds are available again.",
}
STEPS = {"gross": "Gross amount", "service_fee": "Service fee", "withholding": "Tax withheld", "net": "Net amount"}
FORMS = {"none": "no form"}
RAILS = {"paypal": "PayPal", "bank": "bank transfer", "demo": "the demo, without real money"}
ENTRIES = {"payout_hold": "held", "payout_paid": "paid", "payout_returned": "returned"}


def page(template: str, statement: PayoutStatement) -> str:
    """The page of a statement, from the file's text."""
    assert PLACE in template, "statement.html has a place for the statement"
    return template.replace(PLACE, PLACE.replace("></main>", f">{_sheet(statement)}</main>"))


def _sheet(statement: PayoutStatement) -> str:
    facts = {
        "Payout": statement.id,
        "Asked for": _time(statement.created_ms),
        "Payee": statement.name,
        "Country and tax form": f"{statement.country}, {FORMS.get(statement.form, statement.form)}",
        "Paid by": f"{RAILS.get(statement.rail, statement.rail)}, to {statement.destination}",
        "Payer": ", ".join((*statement.payer, statement.platform_country)),
        "Rates": f"rate card {statement.rate_card}, tax table {statement.tax_table}",
        "Entries in the books": ", ".join(f"{ENTRIES[kind]} {n}" for kind, n in statement.entries.items()) or "none",
    }
    return "".join(
        [
            '<article class="statement-sheet"><header><h1>Statement of a payout</h1>',
            f'<p class="statement-status">{STATUSES[statement.status]}</p></header>',
            f'<p class="statement-net">{escape(str(statement.net))}</p>',
            f'<dl class="statement-facts">{"".join(_fact(*fact) for fact in facts.items())}</dl>',
            f"<section><h2>From diamonds to money</h2>{_steps(statement)}</section>",
            f"<section><h2>History</h2>{_history(statement)}</section></article>",
        ]
    )


def _fact(name: str, text: str) -> str:
    return f"<div><dt>{name}</dt><dd>{escape(text)}</dd></div>"


def _steps(statement: PayoutStatement) -> str:
    rows = [_row("Diamonds", "", statement.diamonds)]
    for step in statement.steps:
        rows.append(_row(STEPS[step.name], step.why, _amount(step.amount), is_total=step.name == "net"))
    return _table(rows)


def _history(statement: PayoutStatement) -> str:
    return _table(_row(event.status.title(), event.why, _time(event.at_ms)) for event in statement.history)


def _table(rows: Iterable[str]) -> str:
    return f'<table class="statement-table"><tbody>{"".join(rows)}</tbody></table>'


def _row(name: str, why: str, value: str, *, is_total: bool = False) -> str:
    mark = ' class="total"' if is_total else ""
    small = f"<small>{escape(why)}</small>" if why else ""
    return f'<tr{mark}><th scope="row">{name}{small}</th><td class="amount">{escape(value)}</td></tr>'


def _time(at_ms: int) -> str:
    return f"{time_text(at_ms).replace('T', ' ').rstrip('Z')} UTC"


def _amount(money: Money) -> str:
    # The sign for numbers, which is as wide as a digit; the other one is a hyphen.
    return str(money).replace("-", "\u2212")
