"""The ASGI application: routes from the table of endpoints, the socket, the pages, the handlers of errors."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route, WebSocketRoute

from app.actions.viewer.see_promoted import Lobby
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import ArchiveError, Refusal, StoreError
from app.edge.http import contract, pages, problems
from app.edge.http.endpoints import ENDPOINTS
from app.edge.http.hosts import KnownHosts
from app.edge.http.limits import Logins, Reports, RequestRates, Searches
from app.edge.http.overlays import directions
from app.edge.live.hub import Hub
from app.edge.live.socket import guardian_socket, room_socket
from app.edge.parts import Parts
from app.store.places import Places


class CaselessOrigins(CORSMiddleware):
    """Starlette's CORS, comparing origins without regard to case."""

    def is_allowed_origin(self, origin: str) -> bool:
        """Whether that origin is among the allowed."""
        return super().is_allowed_origin(origin.lower())


def _documents() -> list[BaseRoute]:
    made: dict[str, problems.Json] = {}

    def document(path: str, make: object) -> Route:
        async def endpoint(request: Request) -> Response:
            if path not in made:
                made[path] = problems.Json(make())  # type: ignore[operator]
            return made[path]

        return Route(path, endpoint)

    return [document("/v1/openapi.json", contract.openapi), document("/v1/asyncapi.json", contract.asyncapi)]


def _cross_origin(settings: Settings) -> list[Middleware]:
    """The platform's own pages may call the API, if they are among the allowed origins."""
    if not settings.allowed_origins:
        return []
    return [
        Middleware(
            CaselessOrigins,
            allow_origins=sorted(settings.allowed_origins),
            allow_methods=["GET", "POST", "PUT", "PATCH", "DELETE"],
            allow_headers=["authorization", "content-type", "idempotency-key", "fanfare-browser"],
            expose_headers=["retry-after", "idempotency-replayed"],
        )
    ]


def create_app(parts: Parts) -> Starlette:
    """The application of one worker; its parts start and stop with it."""
    settings = parts.settings

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        # A worker starts its parts before uvicorn runs, since uvicorn would report a failure here as a traceback.
        hub: Hub = parts.hub or await parts.start()
        app.state.hub = hub
        app.state.moves = parts.moves
        app.state.archive = parts.archive
        app.state.watch = parts.watch
        app.state.speech = parts.speech
        app.state.switchboard = parts.switchboard
        app.state.catalogue = parts.catalogue
        app.state.tariff = parts.tariff
        app.state.billing = parts.billing
        app.state.providers = tuple(parts.providers)
        app.state.logins, app.state.searches = Logins(hub.now_s), Searches(hub.now_s)
        app.state.reports = Reports(hub.now_s)
        app.state.directions = directions(hub.now_s)
        app.state.lobby = Lobby(Places(hub.partitions.common.standing), settings.secret, now_ms)
        try:
            yield
        finally:
            await parts.stop()

    sockets = [WebSocketRoute("/ws/guardian", guardian_socket), WebSocketRoute("/ws/{room}", room_socket)]
    http = [Route(e.path, e.handler, methods=[e.method]) for e in ENDPOINTS if settings.demo or not e.demo]
    return Starlette(
        routes=[
            *sockets,
            *http,
            *_documents(),
            *pages.routes(),
        ],
        middleware=[
            Middleware(KnownHosts, parts),
            *_cross_origin(settings),
            Middleware(RequestRates, parts),
        ],
        exception_handlers={
            Refusal: problems.on_refusal,
            StoreError: problems.on_store_error,
            ArchiveError: problems.on_archive_error,
            HTTPException: problems.on_http_exception,
            404: pages.on_wrong_address,
            Exception: problems.on_bug,
        },
        lifespan=lifespan,
    )
