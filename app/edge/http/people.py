"""HTTP for what the platform decides of people: kept out of everything, or their tokens revoked."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.operator import bar_person
from app.archive.archive import Archive
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of
from app.rules.adjustments import Because
from app.rules.texts import lines, seen
from app.store.partitions import Partitions


async def ban_user(request: Request) -> Json:
    """Keeps a person out of every room, from gifts and from purchases; what is theirs they can still read."""
    by, user = _operator(request), request.path_params["id"]
    because: Because = await auth.body(request, Because)
    reason, now_ms = seen("reason", lines(because.reason)), hub_of(request).wall_ms()
    return Json(await bar_person.ban_person(*_books(request), user, by, reason, now_ms, banned=True))


async def unban_user(request: Request) -> Json:
    """Lets a person in again."""
    by, user, reason = _operator(request), request.path_params["id"], auth.reason_asked(request)
    now_ms = hub_of(request).wall_ms()
    return Json(await bar_person.ban_person(*_books(request), user, by, reason, now_ms, banned=False))


async def revoke_tokens(request: Request) -> Json:
    """Ends all tokens of a person that were issued up to now, with the sockets that they opened."""
    by, user, reason = _operator(request), request.path_params["id"], auth.reason_asked(request)
    return Json(await bar_person.revoke_tokens(*_books(request), user, by, reason, hub_of(request).wall_ms()))


async def revoke_token(request: Request) -> Json:
    """Ends one token of a person, by its `jti`, with the sockets that it opened."""
    by, user, reason = _operator(request), request.path_params["id"], auth.reason_asked(request)
    hub, token = hub_of(request), request.path_params["token"]
    life_s = hub.settings.token_max_age_s
    return Json(
        await bar_person.revoke_token(*_books(request), user, token, by, reason, hub.wall_ms(), life_max_s=life_s)
    )


def _operator(request: Request) -> str:
    return auth.platform(request, or_role="operator")


def _books(request: Request) -> tuple[Partitions, Archive]:
    return hub_of(request).partitions, billing_of(request).archive
