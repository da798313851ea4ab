"""HTTP for cases of suspected fraud: operators look into them and decide; a streamer answers to what is held."""

from __future__ import annotations

from typing import get_args

from starlette.requests import Request

from app.actions.operator.decide_case import decide_case, own_case, read_case
from app.actions.operator.note_look import note_look
from app.archive import cases as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.earnings import earner
from app.edge.http.endpoint import Endpoint
from app.edge.http.problems import Json
from app.rules.adjustments import Because
from app.rules.cases import Answer, Answered, CaseDetails, CaseList, Status, Verdict, view
from app.rules.texts import lines, seen
from app.rules.tokens import known_user_id


async def list_cases(request: Request) -> Json:
    """Cases of suspected fraud, of one status or of all, and of one person or of all; the newest first."""
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    limit, status, user = paging.limit(request), request.query_params.get("status"), request.query_params.get("user")
    if status is not None and status not in get_args(Status):
        raise Refusal("bad_request", f"status is one of {', '.join(get_args(Status))}.")
    if user is not None:
        await note_look(billing.archive, by, "look_at_cases", known_user_id(user), billing.clock())
    found = await billing.archive.read(archived.page, status, paging.pair(request), limit + 1, user)
    last = found[limit - 1] if len(found) > limit else None
    shown = [view(one) for one in found[:limit]]
    return Json(CaseList(shown, None if last is None else f"{last.opened_ms}.{last.id}"))


async def one_case(request: Request) -> Json:
    """A case with its people, what they gave and earned by it, and its latest entries; that it is read is noted."""
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    found = await billing.archive.read(read_case, request.path_params["id"])
    await note_look(billing.archive, by, "look_at_case", found.id, billing.clock())
    return Json(found)


async def take_case(request: Request) -> Json:
    """The caller looks into a case from now on."""
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    return Json(await own_case(billing.archive, request.path_params["id"], by, billing.clock()))


async def release_case(request: Request) -> Json:
    """Ends a case: what was held matures, and who was frozen for it is free."""
    return await _decide(request, "release")


async def claw_back_case(request: Request) -> Json:
    """Ends a case: the diamonds that came of its gifts are taken back, as far as they are there."""
    return await _decide(request, "claw-back")


async def answer_review(request: Request) -> Json:
    """What the caller has to say about the diamonds that are under review; the last words count."""
    who, billing = earner(request), billing_of(request)
    said: Answer = await auth.body(request, Answer)
    words = seen("text", lines(said.text))
    return Json(Answered(await billing.archive.write(archived.answer, who.sub, words, billing.clock()), words))


async def _decide(request: Request, verdict: Verdict) -> Json:
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    because: Because = await auth.body(request, Because)
    now_ms = billing.clock()
    rules = billing.tariff.fraud_rules(billing.settings.country, now_ms)
    key, case_id = auth.optional_key(request), request.path_params["id"]
    found, replayed = await decide_case(billing.archive, rules, verdict, case_id, by, because.reason, now_ms, key)
    await billing.delivery.deliver_now()
    return Json(await billing.archive.read(read_case, found.id), headers=auth.replayed(replayed))


ENDPOINTS = (
    Endpoint("GET", "/v1/ops/cases", list_cases, "platform", CaseList, query=("status", "user", "limit", "cursor")),
    Endpoint("GET", "/v1/ops/cases/{id}", one_case, "platform", CaseDetails),
    Endpoint("POST", "/v1/ops/cases/{id}/take", take_case, "platform", CaseDetails),
    Endpoint("POST", "/v1/ops/cases/{id}/release", release_case, "platform", CaseDetails, Because, may_have_key=True),
    Endpoint(
        "POST", "/v1/ops/cases/{id}/claw-back", claw_back_case, "platform", CaseDetails, Because, may_have_key=True
    ),
    Endpoint("PUT", "/v1/me/earnings/answer", answer_review, "person", Answered, Answer),
)
