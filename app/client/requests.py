"""A client's questions over HTTP: rare ones, so the standard library in a thread is enough."""

from __future__ import annotations

import asyncio
from http.client import HTTPException
from typing import TypeVar
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, Request, build_opener

import msgspec

from app.client.errors import Refused
from app.rules.messages import Problem

WITHIN_S = 10.0
T = TypeVar("T")


class _NoRedirect(HTTPRedirectHandler):
    """A token is for one server: it is taken to no other."""

    def redirect_request(self, *args: object) -> None:
        """Follows nothing."""


_opener = build_opener(_NoRedirect)


async def ask(url: str, token: str, kind: type[T]) -> T:
    """The answer to a GET.

    Raises:
        Refused: by the server, with its slug; `unavailable` where it gives no answer that can be read.
    """
    return await asyncio.to_thread(_ask, url, token, kind)


def _ask(url: str, token: str, kind: type[T]) -> T:
    headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
    try:
        with _opener.open(Request(url, headers=headers), timeout=WITHIN_S) as answer:
            return msgspec.json.decode(answer.read(), type=kind)
    except HTTPError as error:
        with error:
            raise _refusal(error.read()) from None
    except (OSError, HTTPException, msgspec.DecodeError) as error:
        raise Refused("unavailable", str(error), retryable=True) from error


def _refusal(body: bytes) -> Refused:
    try:
        problem = msgspec.json.decode(body, type=Problem)
    except msgspec.DecodeError:
        return Refused("unavailable", retryable=True)
    details = problem.details if isinstance(problem.details, dict) else {}
    return Refused(problem.error, problem.detail, retryable=problem.retryable, details=details)
