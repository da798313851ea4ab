"""HTTP for what the platform decides of people: kept out of everything, or their tokens revoked."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from starlette.requests import Request

from app.actions.operator.bar_person import bar_person
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of
from app.rules.adjustments import Because
from app.rules.audit_log import Act
from app.rules.barred import TOKEN_ID_MAX, BanView, Barred, Revoked, with_all_revoked, with_one_revoked
from app.rules.texts import lines, seen
from app.store.standing import Standing


async def ban_user(request: Request) -> Json:
    """Keeps a person out of every room, from gifts and from purchases; what is theirs they can still read."""
    act = _act(request, "ban")
    because: Because = await auth.body(request, Because)
    await bar_person(
        *_books(request), act._replace(reason=seen("reason", lines(because.reason))), _banned, hub_of(request).wall_ms()
    )
    return Json(BanView(act.whom, True))


async def unban_user(request: Request) -> Json:
    """Lets a person in again."""
    act = _act(request, "unban")
    await bar_person(*_books(request), act, _let_in, hub_of(request).wall_ms())
    return Json(BanView(act.whom, False))


async def revoke_tokens(request: Request) -> Json:
    """Ends all tokens of a person that were issued up to now, with the sockets that they opened."""
    act, now_ms = _act(request, "revoke_tokens"), hub_of(request).wall_ms()
    barred = await bar_person(*_books(request), act, partial(with_all_revoked, now_s=now_ms / 1000), now_ms)
    return Json(Revoked(act.whom, int(barred.before_s * 1000), None))


async def revoke_token(request: Request) -> Json:
    """Ends one token of a person, by its `jti`, with the sockets that it opened."""
    act, hub, token = _act(request, "revoke_token"), hub_of(request), request.path_params["token"]
    if not 1 <= len(token) <= TOKEN_ID_MAX:
        raise Refusal("bad_request", f"A token's id has 1 to {TOKEN_ID_MAX} characters.")
    now_ms, life_s = hub.wall_ms(), hub.settings.token_max_age_s
    change = partial(with_one_revoked, token=token, now_s=now_ms / 1000, life_max_s=life_s)
    await bar_person(*_books(request), act._replace(details=token), change, now_ms)
    return Json(Revoked(act.whom, None, token))


def _act(request: Request, what: str) -> Act:
    by = auth.platform(request, or_role="operator")
    return Act(by, what, request.path_params["id"])


def _books(request: Request) -> tuple[Standing, Archive]:
    return hub_of(request).rooms.standing, billing_of(request).archive


def _banned(barred: Barred) -> Barred:
    return replace(barred, banned=True)


def _let_in(barred: Barred) -> Barred:
    return replace(barred, banned=False)
