"""The pages and their files, with the headers that keep foreign code out."""

from __future__ import annotations

from functools import cache

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.edge.http import problems
from app.edge.http.assets import ASK_AGAIN, DIGEST, FOLDER, FOREVER
from app.edge.http.bundle import Bundle
from app.edge.http.languages import COOKIE, VARY, languages, wanted

POLICY = (
    "default-src 'self'; img-src 'self' data: blob: https:; style-src 'self'; connect-src 'self'; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors "
)
# A video is played from wherever the platform keeps it.
MEDIA = "media-src 'self' https:; "
VIDEO = "video.html"
PAGES = {
    "/": "index.html",
    "/room/{id}": "room.html",
    "/video/{id}": VIDEO,
    "/overlay/{id}": "overlay.html",
    "/checkout/{id}": "checkout.html",
    "/wallet": "wallet.html",
    "/embed": "embed.html",
    "/earnings": "earnings.html",
    "/spending": "spending.html",
    "/guardian": "guardian.html",
    "/safety": "safety.html",
    "/promotions": "promotions.html",
    "/studio/{id}": "studio.html",
    "/admin": "admin.html",
}
WRONG_ADDRESS = "wrong_address.html"
# How long a chosen language is remembered.
KEPT_S = 365 * 86_400


@cache
def bundle() -> Bundle:
    """The pages and their files, read once and kept."""
    return Bundle(FOLDER, languages())


def _answer(request: Request, file: str, ancestors: str = "'self'", status: int = 200) -> Response:
    language = wanted(request)
    more = {
        "Content-Security-Policy": f"{MEDIA if file == VIDEO else ''}{POLICY}{ancestors}",
        "Content-Language": language.code,
        "Vary": f"Accept-Encoding, {VARY}",
    }
    response = bundle().page(file, language.code).answer(request, status=status, more=more)
    if request.query_params.get("lang", "").lower() == language.code:
        # It was asked for: the pages that follow are in it too.
        response.set_cookie(COOKIE, language.code, max_age=KEPT_S, samesite="lax")
    return response


def _page(path: str, file: str) -> Route:
    # Streaming programs embed the overlay, so it may be framed by anyone. The other pages handle money and may not.
    ancestors = "*" if path.startswith("/overlay") else "'self'"

    async def endpoint(request: Request) -> Response:
        return _answer(request, file, ancestors)

    return Route(path, endpoint)


async def on_wrong_address(request: Request, error: Exception) -> Response:
    """Starlette's handler of 404: a page for browsers, problem+json for programs."""
    if "text/html" in request.headers.get("accept", "") and not request.url.path.startswith("/v1/"):
        return _answer(request, WRONG_ADDRESS, status=404)
    return await problems.on_http_exception(request, error)


async def _file(request: Request) -> Response:
    """A file of the pages. An address with an old digest, from a page of another version, gets the current content."""
    name: str = request.path_params["name"]
    asset = bundle().assets.get(DIGEST.sub("", name))
    if asset is None:
        raise HTTPException(404)
    return asset.answer(request, FOREVER if asset.address == f"/static/{name}" else ASK_AGAIN)


def routes() -> list[BaseRoute]:
    """The pages' routes."""
    # Read now, at the start: a worker that has run out of descriptors could not open a file later.
    bundle()
    return [*(_page(path, file) for path, file in PAGES.items()), Route("/static/{name:path}", _file)]


class SafeHeaders:
    """Middleware: headers that every HTTP response gets."""

    HEADERS = (
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        (b"cross-origin-opener-policy", b"same-origin"),
    )

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *self.HEADERS]
            await send(message)

        await self.app(scope, receive, send_with_headers)
