"""The outermost layer of the application: headers for every answer, and what is logged of those that failed."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable

from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketDisconnect

from app.base.log import Throttle
from app.edge.http.pages import SafeHeaders

# Where the state of a scope says whether its connection is closed or being closed.
GONE = "fanfare.gone"

log = logging.getLogger(__name__)


class Outermost:
    """ASGI: wraps the whole application, the handler of its bugs included, which no middleware of its own does."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = SafeHeaders(app)
        self._throttle = Throttle(log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        try:
            await self._app(scope, receive, send)
        except (ClientDisconnect, WebSocketDisconnect):
            pass
        except Exception as error:
            gone: Callable[[], bool] | None = scope.get("state", {}).get(GONE)
            if gone is None or not gone():
                self._say(scope, error)
                return
            # Writing to a connection that is being closed fails. The server is told that it is closed in a moment:
            # until then it would take what we left unfinished for a bug, and log it.
            while not (await receive())["type"].endswith(".disconnect"):
                pass

    def _say(self, scope: Scope, error: Exception) -> None:
        name = getattr(scope.get("endpoint"), "__qualname__", "no endpoint")
        said = "".join(traceback.format_exception(error))
        # The text of an error may hold what a client sent: it does not make a subject.
        self._throttle.say(logging.ERROR, f"{name} {type(error).__name__}", "an error of ours in %s:\n%s", name, said)
