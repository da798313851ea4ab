"""HTTP for the audit log: operators search it; whoever looks at another person's data is written down in it."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.operator.note_look import note_look
from app.archive import audit_log as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.problems import Json
from app.rules.audit_log import NAME_MAX, AuditLog
from app.rules.earnings import number_of
from app.rules.tables import DAY_MS
from app.rules.tokens import known_user_id


async def audit_log(request: Request) -> Json:
    """What operators, moderators and the platform have done: by who, what, whom and days in UTC, the newest first."""
    auth.platform(request, or_role="operator")
    limit, below = paging.limit(request), paging.number(request)
    first, last = (_day(request, name) for name in ("from", "to"))
    search = archived.Search(
        who=_name(request, "who"),
        what=_name(request, "what"),
        whom=_name(request, "whom"),
        from_ms=None if first is None else first * DAY_MS,
        to_ms=None if last is None else (last + 1) * DAY_MS,
        below=below,
    )
    found = await billing_of(request).archive.read(archived.page, search, limit + 1)
    return Json(AuditLog(found[:limit], str(found[limit - 1].n) if len(found) > limit else None))


async def looked_at(request: Request, what: str) -> str:
    """The person whose data the address names; that an operator looks at them is written down.

    Raises:
        Refusal: as `auth.platform` raises it; `bad_request` where nobody can be called like that.
        ArchiveError: it cannot be written down, and nothing is shown.
    """
    by, billing = auth.platform(request, or_role="operator"), billing_of(request)
    user = known_user_id(request.path_params["id"])
    await note_look(billing.archive, by, what, user, billing.clock())
    return user


def _name(request: Request, name: str) -> str | None:
    text = request.query_params.get(name)
    if text is not None and not 1 <= len(text) <= NAME_MAX:
        raise Refusal("bad_request", f"{name} has 1 to {NAME_MAX} characters.")
    return text


def _day(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else number_of(text, name)
