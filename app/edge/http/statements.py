"""HTTP for a wallet's history, page by page, or all of it as CSV."""

from __future__ import annotations

from collections.abc import AsyncIterator

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from app.actions.books.caught_up import caught_up
from app.archive.statements import Line, statement
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.audit_log import looked_at
from app.edge.http.problems import Json
from app.rules.postings import coins_of
from app.rules.statements import KINDS, Statement, StatementLine, csv_of, entry_kinds, kind_of, what_of

# The archive is a moment behind the store: wait so that the statement has what was spent just now.
CAUGHT_UP_S = 5.0
CSV_PAGE = 500


async def my_statement(request: Request) -> Response:
    """The caller's wallet, line by line, the newest first and complete for ever; `format=csv` downloads it."""
    return await statement_of(request, auth.person(request).sub)


async def user_statement(request: Request) -> Response:
    """Anyone's wallet, line by line, for the platform."""
    return await statement_of(request, await looked_at(request, "look_at_statement"))


async def statement_of(request: Request, user: str) -> Response:
    """A page of somebody's statement, as the query asks for it. Raises Refusal."""
    billing, limit, before, kinds = billing_of(request), paging.limit(request), paging.number(request), _kinds(request)
    form = request.query_params.get("format", "json")
    if form not in ("json", "csv"):
        raise Refusal("bad_request", "format is json or csv.")
    if before is None:
        (wallet,) = await billing.partitions.of(user).wallets([user])
        await caught_up(billing.archive, wallet.version, CAUGHT_UP_S, billing.partitions.number_of(user))
    if form == "csv":
        headers = {"Content-Disposition": 'attachment; filename="statement.csv"'}
        return StreamingResponse(_csv(request, user, before, kinds), media_type="text/csv", headers=headers)
    found = await billing.archive.read(statement, coins_of(user), limit + 1, before, kinds)
    cursor = str(found[limit - 1].n) if len(found) > limit else None
    return Json(Statement([_line(line) for line in found[:limit]], cursor))


async def _csv(request: Request, user: str, before: int | None, kinds: tuple[str, ...]) -> AsyncIterator[str]:
    archive, is_first = billing_of(request).archive, True
    while True:
        found = await archive.read(statement, coins_of(user), CSV_PAGE, before, kinds)
        rows = list(csv_of(map(_line, found)))
        yield "".join(rows if is_first else rows[1:])
        if len(found) < CSV_PAGE:
            return
        before, is_first = found[-1].n, False


def _kinds(request: Request) -> tuple[str, ...]:
    text = request.query_params.get("kind")
    if text is None:
        return ()
    kinds = tuple(text.split(","))
    if not set(kinds) <= set(KINDS):
        raise Refusal("bad_request", f"kind is one of {', '.join(KINDS)}, or several of them with commas between.")
    return entry_kinds(kinds)


def _line(line: Line) -> StatementLine:
    return StatementLine(
        id=str(line.n),
        at_ms=line.at_ms,
        kind=kind_of(line.entry),
        coins=line.amount,
        balance=line.balance,
        what=what_of(line.entry),
    )
