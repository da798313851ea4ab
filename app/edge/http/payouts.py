"""HTTP for payouts: a streamer gets a quote, asks for a payout, follows or cancels it, and gets its statement."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from app.actions.streamer.ask_payout import PayoutRequest, Wish, ask_payout, cancel_payout
from app.actions.streamer.quote_payout import QuoteRequest, Terms, quote_payout
from app.archive import payouts as archived
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.edge.billing import Billing, billing_of, seller_of
from app.edge.http import auth, languages, pages, paging, statement_page
from app.edge.http.audit_log import looked_at
from app.edge.http.downloads import csv_file, form_of
from app.edge.http.earnings import earner
from app.edge.http.problems import Json
from app.rules import payout_views as views
from app.rules.payout_tables import statement_csv
from app.rules.payout_views import PayoutList
from app.rules.payouts import Payout
from app.rules.promises import promise, seal
from app.store.diamonds import read_diamonds


async def quote_my_payout(request: Request) -> Json:
    """What so many of the caller's diamonds come to, with every step, and good for one payout within minutes."""
    who, billing = earner(request), billing_of(request)
    body: QuoteRequest = await auth.body(request, QuoteRequest)
    settings, now_ms = billing.settings, billing.clock()
    found = await read_diamonds(billing.partitions.of(who.sub), who.sub)
    quoted, card = await quote_payout(billing.archive, _terms(billing), found, who.sub, body, now_ms)
    promised = promise(quoted, who.sub, uuid7(now_ms), now_ms)
    sealed = seal(settings.secret, promised)
    shown = card.view(settings.fixed_hold_s, settings.fixed_award_ppm)
    return Json(views.quote_view(quoted, sealed, promised.until_ms, shown, settings.approve_from, billing.payout_rails))


async def create_payout(request: Request) -> Json:
    """Asks for a payout by a quote; its diamonds are held until it is paid or comes back."""
    who, billing = earner(request), billing_of(request)
    key = auth.idempotency_key(request)
    body: PayoutRequest = await auth.body(request, PayoutRequest)
    settings = billing.settings
    found = await read_diamonds(billing.partitions.of(who.sub), who.sub)
    wish = Wish(who.sub, key, body, settings.secret, settings.approve_from)
    asked = await ask_payout(billing.archive, billing.delivery, _terms(billing), found, wish, billing.clock())
    return Json(views.view(asked.payout), status_code=201, headers=auth.replayed(asked.replayed))


async def my_payouts(request: Request) -> Json:
    """The caller's payouts, the newest first."""
    return await _payouts_of(request, earner(request).sub)


async def user_payouts(request: Request) -> Json:
    """Anyone's payouts, for the platform."""
    return await _payouts_of(request, await looked_at(request, "look_at_payouts"))


async def my_payout(request: Request) -> Json:
    """One of the caller's payouts, with its history."""
    return Json(views.view(await _mine(request)))


async def cancel_my_payout(request: Request) -> Json:
    """Takes a payout back, as long as it was not submitted."""
    who, billing = earner(request), billing_of(request)
    payout_id, now_ms = request.path_params["id"], billing.clock()
    return Json(views.view(await cancel_payout(billing.archive, billing.delivery, who.sub, payout_id, now_ms)))


async def my_payout_statement(request: Request) -> Response:
    """A payout's statement: a page to print, or with `format` json or csv."""
    form = form_of(request, ("html", "json", "csv"))
    found = views.statement(await _mine(request), seller_of(request), billing_of(request).settings.country)
    if form == "csv":
        return csv_file(f"{found.id}.csv", statement_csv(found))
    if form == "json":
        return Json(found)
    language = languages.wanted(request)
    template = pages.bundle().page("statement.html", language.code).body.decode()
    headers = {
        "Cache-Control": "no-store",
        "Content-Language": language.code,
        "Content-Security-Policy": f"{pages.POLICY}'self'",
    }
    return HTMLResponse(statement_page.page(template, found, language), headers=headers)


async def _payouts_of(request: Request, user: str) -> Json:
    billing, limit = billing_of(request), paging.limit(request)
    found = await billing.archive.read(archived.page, paging.pair(request), limit + 1, user=user)
    return Json(PayoutList([views.view(payout) for payout in found[:limit]], cursor_of(found, limit)))


def cursor_of(found: list[Payout], limit: int) -> str | None:
    """Where the page of payouts that begins with these ends; None for the last one."""
    if len(found) <= limit:
        return None
    last = found[limit - 1]
    return f"{last.created_ms}.{last.id}"


async def _mine(request: Request) -> Payout:
    who = earner(request)
    found = await billing_of(request).archive.read(archived.find, request.path_params["id"])
    if found is None or found.user != who.sub:
        raise Refusal("unknown_payout")
    return found


def _terms(billing: Billing) -> Terms:
    return Terms(billing.tariff, billing.settings.country, billing.payout_rails)
