"""HTTP for the audit log: operators search it; whoever looks at another person's data is written down in it."""

from __future__ import annotations

from starlette.requests import Request

from app.archive import audit_log as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.problems import Json
from app.rules.actors import PLATFORM
from app.rules.audit_log import NAME_MAX, Act, AuditLog
from app.rules.earnings import number_of
from app.rules.tables import DAY_MS


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

    The platform's key is its backend's, which looks for everyone at their own.

    Raises:
        Refusal: as `auth.platform` raises it.
        ArchiveError: it cannot be written down, and nothing is shown.
    """
    by, billing, user = auth.platform(request, or_role="operator"), billing_of(request), request.path_params["id"]
    if by != PLATFORM:
        await billing.archive.write(archived.append_look, Act(by, what, user), billing.clock())
    return str(user)


def _name(request: Request, name: str) -> str | None:
    text = request.query_params.get(name)
    if text is not None and not 1 <= len(text) <= NAME_MAX:
        raise Refusal("bad_request", f"{name} has 1 to {NAME_MAX} characters.")
    return text


def _day(request: Request, name: str) -> int | None:
    text = request.query_params.get(name)
    return None if text is None else number_of(text, name)
