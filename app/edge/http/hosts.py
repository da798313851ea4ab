"""The host names that this server answers to. A page of another name that resolves to us (DNS rebinding) is refused."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.base.errors import Refusal
from app.edge.http.problems import problem
from app.edge.parts import Parts

# Load balancers ask for these paths by IP address.
FOR_ANY_HOST = ("/livez", "/readyz")


def host_name(header: str) -> str:
    """The host of a `Host` header without its port, in lower case."""
    name = header.strip().lower()
    return name[1:].partition("]")[0] if name.startswith("[") else name.partition(":")[0]


class KnownHosts:
    """ASGI middleware: refuses requests and handshakes for hosts that are not in FANFARE_HOSTS, where that is set."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._allowed = {host.strip("[]") for host in parts.settings.allowed_hosts}
        self._metrics = parts.metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if self._allowed and scope["type"] in ("http", "websocket") and scope["path"] not in FOR_ANY_HOST:
            hosts = HTTPConnection(scope).headers.getlist("host")
            if len(hosts) != 1 or host_name(hosts[0]) not in self._allowed:
                self._metrics.refused_request("host")
                await problem(Refusal("bad_request", "This server has another name."))(scope, receive, send)
                return
        await self._app(scope, receive, send)
