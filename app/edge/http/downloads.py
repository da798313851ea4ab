"""Answers that are no JSON: a file to keep, or a page to print. No cache keeps them."""

from __future__ import annotations

from collections.abc import Iterable

from starlette.requests import Request
from starlette.responses import Response

from app.base.errors import Refusal


def form_of(request: Request, forms: tuple[str, ...]) -> str:
    """In which form an answer is asked for, the first of them where that is not said.

    Raises:
        Refusal: `bad_request`.
    """
    form = request.query_params.get("format", forms[0])
    if form not in forms:
        raise Refusal("bad_request", f"format is one of {', '.join(forms)}.")
    return form


def csv_file(name: str, rows: Iterable[str]) -> Response:
    """A table to keep."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response("".join(rows), headers=headers, media_type="text/csv")
