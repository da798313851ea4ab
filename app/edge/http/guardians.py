"""HTTP for guardians: codes to link by, a guardian's wards, and the platform's own links."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from starlette.requests import Request
from starlette.responses import Response

from app.actions.guardian import link_wards
from app.actions.guardian.guard_ward import guard_ward
from app.actions.viewer.bound_spending import read_limits
from app.archive import approvals, guardians
from app.base.errors import Refusal
from app.edge.billing import approvals_of, billing_of
from app.edge.http import auth
from app.edge.http.endpoint import Endpoint
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, standing_of
from app.edge.http.spending import spending_of
from app.edge.http.statements import statement_of
from app.rules.approvals import ApprovalDecision, ApprovalList, ApprovalView, approval_view
from app.rules.gifts import SENDING_ROLES
from app.rules.guard_changes import GuardChange, LockChange, change_guard
from app.rules.guardians import (
    CodeTyped,
    CodeView,
    GuardianRequest,
    Link,
    WardGuardian,
    WardList,
    WardView,
    guardian_view,
    ward_view,
)
from app.rules.spending import Guard
from app.rules.spending_report import SpendingReport
from app.rules.spending_views import LimitsView
from app.rules.statements import Statement
from app.rules.texts import one_line, seen
from app.rules.tokens import USER_ID, Person
from app.rules.zones import is_zone


def guardian_of(request: Request) -> Person:
    """The guardian who asks. Raises Refusal `forbidden` for anybody else, and for a token that is bound to a room."""
    who = auth.person(request)
    if who.role != "guardian" or who.room is not None:
        raise Refusal("forbidden")
    return who


async def ward_of(request: Request) -> Link:
    """The guardian's ward in the path. Raises Refusal `unknown_ward` for anybody else's."""
    who = guardian_of(request)
    return await link_wards.own_ward(billing_of(request).archive, who.sub, request.path_params["id"])


async def create_guardian_code(request: Request) -> Json:
    """A code for whoever is to be the caller's guardian: good once, for ten minutes; the one before ends."""
    billing = billing_of(request)
    view = await link_wards.show_code(billing.archive, _ward(request), hub_of(request).server_ms())
    return Json(view, status_code=201)


async def my_guardian(request: Request) -> Json:
    """Who answers for the caller."""
    return await _guardian(request, _ward(request).sub)


async def create_ward(request: Request) -> Json:
    """Makes the caller the guardian of the person who shows that code."""
    who, billing = guardian_of(request), billing_of(request)
    asked: CodeTyped = await auth.body(request, CodeTyped)
    link = await link_wards.link_by_code(billing.partitions, billing.archive, who, asked.code)
    return Json(ward_view(link), status_code=201)


async def my_wards(request: Request) -> Json:
    """Whom the caller answers for, twenty people at most."""
    links = await billing_of(request).archive.read(guardians.links_of, guardian_of(request).sub)
    return Json(WardList([ward_view(link) for link in links]))


async def ward_statement(request: Request) -> Response:
    """A ward's wallet, line by line, the newest first and complete for ever; `format=csv` downloads it."""
    return await statement_of(request, (await ward_of(request)).ward)


async def ward_limits(request: Request) -> Json:
    """What bounds a ward's spending, how far it has come, and when it begins anew."""
    return await _limits(request, (await ward_of(request)).ward)


async def put_ward_limits(request: Request) -> Json:
    """Changes what the caller allows a ward: it holds with the next gift, beside the ward's own limits."""
    who = guardian_of(request)
    change: GuardChange = await auth.body(request, GuardChange)
    return await _guard(request, who, lambda before: change_guard(before, change))


async def put_ward_lock(request: Request) -> Json:
    """Locks all buying and spending of a ward, or ends that: at once."""
    who = guardian_of(request)
    change: LockChange = await auth.body(request, LockChange)
    return await _guard(request, who, lambda before: replace(before, locked=change.locked))


async def ward_spending(request: Request) -> Json:
    """What a ward has spent, by day, room or streamer, in coins and money."""
    return await spending_of(request, (await ward_of(request)).ward, None, None)


async def my_approvals(request: Request) -> Json:
    """What the caller is asked by wards, and what was decided lately, the newest first."""
    who, archive = guardian_of(request), billing_of(request).archive
    names = {link.ward: link.ward_name for link in await archive.read(guardians.links_of, who.sub)}
    found = await archive.read(approvals.listed, who.sub)
    return Json(ApprovalList([approval_view(one, names[one.ward]) for one in found if one.ward in names]))


async def decide_approval(request: Request) -> Json:
    """Agrees to one gift, purchase or promotion of a ward, or does not; it is decided once."""
    who = guardian_of(request)
    wanted: ApprovalDecision = await auth.body(request, ApprovalDecision)
    found = await approvals_of(request).decide(who.sub, request.path_params["id"], wanted.approve)
    link = await link_wards.own_ward(billing_of(request).archive, who.sub, found.ward)
    return Json(approval_view(found, link.ward_name))


async def delete_ward(request: Request) -> Json:
    """Ends the caller's guardianship of a ward."""
    who = guardian_of(request)
    return await _unlink(request, who.sub)


async def user_guardian(request: Request) -> Json:
    """Who answers for anyone, for the platform."""
    auth.platform(request)
    return await _guardian(request, _user(request))


async def put_user_guardian(request: Request) -> Json:
    """Makes somebody the guardian of a person who has none."""
    auth.platform(request)
    billing, ward = billing_of(request), _user(request)
    asked: GuardianRequest = await auth.body(request, GuardianRequest)
    if not is_zone(asked.tz):
        raise Refusal("bad_request", "The tz is no time zone of the IANA's, like Europe/Berlin.")
    link = Link(
        ward=ward,
        ward_name=seen("ward's name", one_line(asked.ward_name)),
        guardian=asked.id,
        guardian_name=seen("name", one_line(asked.name)),
        since_ms=hub_of(request).server_ms(),
        via="platform",
    )
    made = await link_wards.link_by_platform(billing.partitions, billing.archive, link, asked.tz)
    return Json(guardian_view(made))


async def delete_user_guardian(request: Request) -> Json:
    """Ends the guardianship of a person, whoever it is that answers for them."""
    auth.platform(request)
    return await _unlink(request, None)


async def _guardian(request: Request, user: str) -> Json:
    return Json(guardian_view(await billing_of(request).archive.read(guardians.link_of, user)))


async def _limits(request: Request, ward: str) -> Json:
    return Json(await read_limits(standing_of(request, ward), billing_of(request).archive, ward, None))


async def _guard(request: Request, who: Person, change: Callable[[Guard], Guard]) -> Json:
    ward: str = request.path_params["id"]
    await guard_ward(standing_of(request, ward), billing_of(request).archive, who.sub, ward, change)
    return await _limits(request, ward)


async def _unlink(request: Request, guardian: str | None) -> Json:
    billing = billing_of(request)
    await link_wards.unlink(billing.partitions, billing.archive, _user(request), guardian)
    return Json(WardGuardian(None))


def _ward(request: Request) -> Person:
    who = auth.person(request)
    if who.role not in SENDING_ROLES:
        raise Refusal("forbidden")
    return who


def _user(request: Request) -> str:
    user: str = request.path_params["id"]
    if not USER_ID.fullmatch(user):
        raise Refusal("unknown_ward")
    return user


ENDPOINTS = (
    Endpoint("POST", "/v1/me/guardian-codes", create_guardian_code, "person", CodeView, ok=201),
    Endpoint("GET", "/v1/me/guardian", my_guardian, "person", WardGuardian),
    Endpoint("GET", "/v1/guardian/wards", my_wards, "person", WardList),
    Endpoint("POST", "/v1/guardian/wards", create_ward, "person", WardView, CodeTyped, 201),
    Endpoint("DELETE", "/v1/guardian/wards/{id}", delete_ward, "person", WardGuardian),
    Endpoint(
        "GET",
        "/v1/guardian/wards/{id}/statement",
        ward_statement,
        "person",
        Statement,
        query=("limit", "cursor", "kind", "format"),
    ),
    Endpoint(
        "GET",
        "/v1/guardian/wards/{id}/spending",
        ward_spending,
        "person",
        SpendingReport,
        query=("from", "to", "by"),
    ),
    Endpoint("GET", "/v1/guardian/wards/{id}/limits", ward_limits, "person", LimitsView),
    Endpoint("PUT", "/v1/guardian/wards/{id}/limits", put_ward_limits, "person", LimitsView, GuardChange),
    Endpoint("PUT", "/v1/guardian/wards/{id}/lock", put_ward_lock, "person", LimitsView, LockChange),
    Endpoint("GET", "/v1/guardian/approvals", my_approvals, "person", ApprovalList),
    Endpoint("POST", "/v1/guardian/approvals/{id}", decide_approval, "person", ApprovalView, ApprovalDecision),
    Endpoint("GET", "/v1/users/{id}/guardian", user_guardian, "platform", WardGuardian),
    Endpoint("PUT", "/v1/users/{id}/guardian", put_user_guardian, "platform", WardGuardian, GuardianRequest),
    Endpoint("DELETE", "/v1/users/{id}/guardian", delete_user_guardian, "platform", WardGuardian),
)
