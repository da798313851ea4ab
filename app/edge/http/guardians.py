"""HTTP for guardians: codes to link by, a guardian's wards, and the platform's own links."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from app.actions.guardian import link_wards
from app.archive import guardians
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.endpoint import Endpoint
from app.edge.http.problems import Json
from app.edge.http.statements import statement_of
from app.rules.gifts import SENDING_ROLES
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
from app.rules.statements import Statement
from app.rules.texts import one_line, seen
from app.rules.tokens import USER_ID, Person


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
    view = await link_wards.show_code(billing.archive, _ward(request), billing.clock())
    return Json(view, status_code=201)


async def my_guardian(request: Request) -> Json:
    """Who answers for the caller."""
    return await _guardian(request, _ward(request).sub)


async def create_ward(request: Request) -> Json:
    """Makes the caller the guardian of the person who shows that code."""
    who, billing = guardian_of(request), billing_of(request)
    asked: CodeTyped = await auth.body(request, CodeTyped)
    link = await link_wards.link_by_code(billing.archive, who, asked.code, billing.clock())
    return Json(ward_view(link), status_code=201)


async def my_wards(request: Request) -> Json:
    """Whom the caller answers for, twenty people at most."""
    links = await billing_of(request).archive.read(guardians.links_of, guardian_of(request).sub)
    return Json(WardList([ward_view(link) for link in links]))


async def ward_statement(request: Request) -> Response:
    """A ward's wallet, line by line, the newest first and complete for ever; `format=csv` downloads it."""
    return await statement_of(request, (await ward_of(request)).ward)


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
    link = Link(
        ward=ward,
        ward_name=seen("ward's name", one_line(asked.ward_name)),
        guardian=asked.id,
        guardian_name=seen("name", one_line(asked.name)),
        since_ms=billing.clock(),
        via="platform",
    )
    return Json(guardian_view(await link_wards.link_by_platform(billing.archive, link, billing.clock())))


async def delete_user_guardian(request: Request) -> Json:
    """Ends the guardianship of a person, whoever it is that answers for them."""
    auth.platform(request)
    return await _unlink(request, None)


async def _guardian(request: Request, user: str) -> Json:
    return Json(guardian_view(await billing_of(request).archive.read(guardians.link_of, user)))


async def _unlink(request: Request, guardian: str | None) -> Json:
    await link_wards.unlink(billing_of(request).archive, _user(request), guardian)
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
    Endpoint("GET", "/v1/users/{id}/guardian", user_guardian, "platform", WardGuardian),
    Endpoint("PUT", "/v1/users/{id}/guardian", put_user_guardian, "platform", WardGuardian, GuardianRequest),
    Endpoint("DELETE", "/v1/users/{id}/guardian", delete_user_guardian, "platform", WardGuardian),
)
