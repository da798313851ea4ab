"""HTTP for operators: lists payouts of all streamers, approves and rejects them."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request

from app.actions.operator.decide_payout import Verdict, decide_payout
from app.archive import payouts as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.payouts import cursor_of
from app.edge.http.problems import Json
from app.rules.adjustments import Because
from app.rules.payout_views import OperatorPayoutList, operator_view
from app.rules.payouts import Status


async def all_payouts(request: Request) -> Json:
    """Everybody's payouts, of one status or of all, the newest first."""
    auth.platform(request, or_role="operator")
    billing, limit, status = billing_of(request), paging.limit(request), request.query_params.get("status")
    if status is not None and status not in get_args(Status):
        raise Refusal("bad_request", f"status is one of {', '.join(get_args(Status))}.")
    found = await billing.archive.read(archived.page, paging.pair(request), limit + 1, status=status)
    return Json(OperatorPayoutList([operator_view(payout) for payout in found[:limit]], cursor_of(found, limit)))


async def approve_payout(request: Request) -> Json:
    """Approves a payout that waits for a second person; nobody approves one of their own."""
    return await _decide(request, "approve")


async def reject_payout(request: Request) -> Json:
    """Rejects a payout that was not submitted yet; its diamonds are available again."""
    return await _decide(request, "reject")


async def _decide(request: Request, verdict: Verdict) -> Json:
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    because: Because = await auth.body(request, Because)
    key = auth.optional_key(request)
    payout, replayed = await decide_payout(
        billing.archive, verdict, request.path_params["id"], by, because.reason, billing.clock(), key
    )
    await billing.delivery.deliver_now()
    return Json(operator_view(payout), headers=auth.replayed(replayed))
