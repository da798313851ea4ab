"""HTTP for providers: their signed webhooks. Purchases are credited by these alone; payouts are looked at again."""

from __future__ import annotations

import logging

from starlette.requests import Request

from app.actions.books.payouts import ask_at_once
from app.actions.books.purchases import hear_word
from app.base.errors import Refusal
from app.base.log import Throttle
from app.edge.billing import Billing, billing_of
from app.edge.http import auth
from app.edge.http.problems import Json
from app.rails.payments.webhooks import check_signature, read_word
from app.rails.payouts.rail import PayoutRail
from app.rules.purchase_views import Received

log = logging.getLogger(__name__)
_throttle = Throttle(log)


async def webhook(request: Request) -> Json:
    """Takes a provider's signed event. Whatever is signed is answered with 200, however often and in whatever order."""
    billing = billing_of(request)
    provider = billing.providers.get(request.path_params["provider"])
    if provider is None:
        if (rail := billing.payout_rails.get(request.path_params["provider"])) is not None:
            return await _payout_webhook(request, billing, rail)
        raise Refusal("bad_signature", "No such provider is set up here.")
    body = await auth.raw_body(request)
    try:
        check_signature(
            provider.secrets, request.headers.get(provider.signature_header, ""), body, billing.clock() / 1000
        )
    except Refusal as refusal:
        billing.metrics.webhook(provider.name, "refused")
        _throttle.say(logging.WARNING, "signature", "a webhook of %s was refused: %s", provider.name, refusal.message)
        raise
    try:
        word = read_word(body)
    except Refusal as refusal:
        billing.metrics.webhook(provider.name, "unreadable")
        _throttle.say(logging.ERROR, "unreadable", "a signed webhook of %s: %s", provider.name, refusal.message)
        return Json(Received())
    heard = await billing.archive.write(hear_word, provider.name, word, billing.clock())
    billing.metrics.webhook(provider.name, heard.status or "unknown")
    level = logging.ERROR if heard.status == "review" else logging.INFO if heard.purchase else logging.WARNING
    log.log(level, "%s %s of purchase %s: %s", provider.name, word.type, heard.purchase or word.purchase, heard.why)
    await billing.delivery.deliver_now()
    return Json(Received())


async def _payout_webhook(request: Request, billing: Billing, rail: PayoutRail) -> Json:
    """There may be news of a payout: its rail is asked, which says it better than a webhook does."""
    body = await auth.raw_body(request)
    try:
        payout_id = await rail.heard_of(request.headers, body)
    except Refusal as refusal:
        billing.metrics.webhook(rail.name, "refused")
        _throttle.say(logging.WARNING, "signature", "a webhook of %s was refused: %s", rail.name, refusal.message)
        raise
    known = await billing.archive.write(ask_at_once, payout_id, billing.clock())
    billing.metrics.webhook(rail.name, "heard" if known else "unknown")
    return Json(Received())
