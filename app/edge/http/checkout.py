"""HTTP of the demo's provider: its checkout page's data, and the payment."""

from __future__ import annotations

from starlette.requests import Request

from app.archive import demo_events
from app.archive import purchases as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, languages
from app.edge.http.problems import Json
from app.rules.currencies import money
from app.rules.demo_checkout import MESSAGES, Payment, pay, purchase_of
from app.rules.purchase_views import CheckoutView, PaymentView
from app.rules.purchases import Purchase


async def demo_checkout(request: Request) -> Json:
    """What is to be paid at a checkout of the demo's; whoever has its address may pay."""
    purchase, return_url = await _found(request)
    body = CheckoutView(
        purchase=purchase.id,
        status=purchase.status,
        coins=purchase.coins,
        bonus=purchase.bonus,
        price=money(purchase.minor, purchase.currency),
        tax=money(purchase.tax_minor, purchase.currency),
        country=purchase.country,
        return_url=return_url,
        expires_ms=purchase.expires_ms,
    )
    return Json(body)


async def pay_demo_checkout(request: Request) -> Json:
    """Pays at a checkout of the demo's, with nobody's money."""
    payment: Payment = await auth.body(request, Payment)
    purchase, return_url = await _found(request)
    billing = billing_of(request)
    if purchase.status != "created" or purchase.expires_ms <= billing.clock():
        raise Refusal("bad_request", "This checkout is over.")
    outcome = pay(purchase, payment)
    if outcome.events:
        await billing.archive.write(demo_events.put, outcome.events, billing.clock())
    language = languages.wanted(request)
    message = language.told(languages.CHECKOUT, outcome.says, MESSAGES[outcome.says])
    return Json(PaymentView(outcome.answer, message, return_url), headers={"Content-Language": language.code})


async def _found(request: Request) -> tuple[Purchase, str]:
    purchase_id = purchase_of(request.path_params["session"])
    found = await billing_of(request).archive.read(archived.find_with_return, purchase_id)
    if found is None or found[0].provider != "demo":
        raise Refusal("unknown_purchase", "There is no such checkout.")
    return found
