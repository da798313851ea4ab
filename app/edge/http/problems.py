"""Errors over HTTP: RFC 9457 problem+json with the same slugs as on the socket."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from app.base.errors import REASONS, SLUGS, Refusal, StoreError, UnknownOutcome, unavailable
from app.base.log import Throttle
from app.edge.http import languages
from app.store.client import reason_of

SLUG_OF_STATUS = {
    401: "unauthorized",
    403: "forbidden",
    413: "bad_request",
    429: "rate_limited",
    503: "unavailable",
}

# Their own sentences tell how to write a request.
FOR_PROGRAMS = ("bad_request", "bad_signature")

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Json(Response):
    """A JSON response, by the encoder that the sockets use. It tells caches not to keep it."""

    media_type = "application/json"

    def __init__(self, content: Any, status_code: int = 200, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(content, status_code, {"Cache-Control": "no-store", **(headers or {})})

    def render(self, content: Any) -> bytes:
        """The body."""
        return msgspec.json.encode(content)

    @classmethod
    def raw(cls, text: bytes) -> Json:
        """A response whose body is JSON already."""
        return cls(msgspec.Raw(text))


class Problem(Json):
    """A problem+json response, in the language of whoever asked."""

    media_type = "application/problem+json"

    def __init__(self, refusal: Refusal, status: int, headers: Mapping[str, str]) -> None:
        self._refusal = refusal
        english = {"Content-Language": languages.ENGLISH, "Vary": languages.VARY}
        super().__init__(_said(refusal, status, languages.Language()), status, {**english, **headers})

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        language = languages.wanted(HTTPConnection(scope))
        if language.code != languages.ENGLISH:
            self.body = self.render(_said(self._refusal, self.status_code, language))
            self.headers["Content-Language"] = language.code
            self.headers["Content-Length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def problem(refusal: Refusal, status: int | None = None) -> Problem:
    """The response that says why a request was refused."""
    headers = {}
    if (retry_ms := refusal.details.get("retry_ms")) is not None:
        headers["Retry-After"] = str(-(-retry_ms // 1000))
    return Problem(refusal, status or SLUGS[refusal.slug].status, headers)


def _said(refusal: Refusal, status: int, language: languages.Language) -> dict[str, Any]:
    slug = SLUGS[refusal.slug]
    title = language.told(languages.SLUGS, refusal.slug, slug.message)
    return {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": _detail(refusal, language, title),
        "error": refusal.slug,
        "retryable": slug.retryable,
        **({"details": refusal.details} if refusal.details else {}),
    }


def _detail(refusal: Refusal, language: languages.Language, title: str) -> str:
    """The sentence on this very refusal. What is for those who write programs is in English alone."""
    if language.code == languages.ENGLISH or refusal.slug in FOR_PROGRAMS:
        return refusal.message
    reason = refusal.details.get("reason")
    if refusal.slug == "switched_off" and reason:
        # In the words of who switched it off.
        return f"{title} {reason}"
    return language.told(languages.REASONS, reason, title) if reason in REASONS else title


async def on_refusal(request: Request, error: Exception) -> Response:
    """Starlette's handler of Refusal."""
    assert isinstance(error, Refusal)
    return problem(error)


async def on_store_error(request: Request, error: Exception) -> Response:
    """Starlette's handler of StoreError."""
    assert isinstance(error, StoreError)
    reason = reason_of(error)
    throttle.say(logging.WARNING, reason, "%s %.200r: %s", request.method, request.url.path, error)
    return problem(Refusal("unknown_outcome") if isinstance(error, UnknownOutcome) else unavailable(reason))


async def on_archive_error(request: Request, error: Exception) -> Response:
    """Starlette's handler of ArchiveError."""
    throttle.say(logging.WARNING, "archive", "%s %.200r: %s", request.method, request.url.path, error)
    return problem(unavailable("archive"))


async def on_http_exception(request: Request, error: Exception) -> Response:
    """Starlette's handler of its own exceptions (no such route, wrong method, body too large)."""
    assert isinstance(error, HTTPException)
    slug = SLUG_OF_STATUS.get(error.status_code, "bad_request")
    response = problem(Refusal(slug, error.detail), error.status_code)
    response.headers.update(error.headers or {})
    return response


async def on_bug(request: Request, error: Exception) -> Response:
    """Starlette's handler of all other exceptions: the traceback goes to the log, the client gets no details."""
    return problem(Refusal("unavailable", "An error of ours; it was logged."), 500)
