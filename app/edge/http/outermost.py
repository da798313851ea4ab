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
    """ASGI: wraps the whole application with its error handler, which Starlette puts outside of all middleware."""

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
            # Writing to a connection that is being closed fails. The server learns of the close a moment later; until
            # then it would log our unfinished answer as a bug.
            while not (await receive())["type"].endswith(".disconnect"):
                pass

    def _say(self, scope: Scope, error: Exception) -> None:
        name = getattr(scope.get("endpoint"), "__qualname__", "no endpoint")
        said = "".join(traceback.format_exception(error))
        # Not logged by the error's text: it may contain what a client sent, which would make each one a new subject.
        self._throttle.say(logging.ERROR, f"{name} {type(error).__name__}", "an error of ours in %s:\n%s", name, said)
