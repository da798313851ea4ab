"""Rates of requests: by the person of a valid token, else by address; the platform and this machine are exempt."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from hmac import compare_digest

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.base.clock import now_ms
from app.base.errors import Refusal
from app.base.log import Throttle
from app.edge.addresses import is_exempt
from app.edge.http.problems import problem
from app.edge.parts import Parts
from app.edge.rates import Rates
from app.rules.tokens import Person, verify

# Exempt: a page takes a dozen of these files, and serving one costs very little.
FILE_COST = 0.1
# Logins an address, and on the whole worker. They are limited because each login of a viewer issues coins.
LOGINS_A_SECOND, LOGINS_BURST_S = 5.0, 10.0
LOGINS_OF_ALL_A_SECOND, LOGINS_OF_ALL_BURST_S = 100.0, 5.0
SEARCHES_A_SECOND, SEARCHES_BURST_S = 1.0, 10.0
SEARCHES_WAITING_MAX = 32
REPORTS_A_SECOND, REPORTS_OF_ADDRESS_A_SECOND, REPORTS_BURST_S = 0.5, 5.0, 10.0
# The key, in a scope's state, of the address that the request is counted for.
ADDRESS = "fanfare.address"

log = logging.getLogger(__name__)


class Logins:
    """The demo's logins: a rate for each address, and one for all addresses together."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._by_address = Rates(LOGINS_A_SECOND, LOGINS_BURST_S, now_s)
        self._of_all = Rates(LOGINS_OF_ALL_A_SECOND, LOGINS_OF_ALL_BURST_S, now_s)

    def take(self, connection: HTTPConnection) -> None:
        """Raises Refusal `rate_limited`."""
        address = connection.scope["state"][ADDRESS]
        if not is_exempt(address):
            self._by_address.take(address)
        self._of_all.take("all")


class Searches:
    """Searches of the journal, which are costly: one runs at a time, each person has a rate, the queue is bounded."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._by_person = Rates(SEARCHES_A_SECOND, SEARCHES_BURST_S, now_s)
        self._lock = asyncio.Lock()
        self._waiting = 0

    @asynccontextmanager
    async def turn(self, user: str) -> AsyncIterator[None]:
        """The turn of a search for that person.

        Raises:
            Refusal: `rate_limited`, or `overloaded` where too many wait.
        """
        self._by_person.take(user)
        if self._waiting >= SEARCHES_WAITING_MAX:
            raise Refusal("overloaded", retry_ms=1000)
        self._waiting += 1
        try:
            async with self._lock:
                yield
        finally:
            self._waiting -= 1


class Reports:
    """What viewers tell of promoted rooms: a rate for each viewer, and one for each address."""

    def __init__(self, now_s: Callable[[], float]) -> None:
        self._by_viewer = Rates(REPORTS_A_SECOND, REPORTS_BURST_S, now_s)
        self._by_address = Rates(REPORTS_OF_ADDRESS_A_SECOND, REPORTS_BURST_S, now_s)

    def take(self, connection: HTTPConnection, mark: str) -> None:
        """Raises Refusal `rate_limited`."""
        self._by_viewer.take(mark)
        if address := counted_address(connection):
            self._by_address.take(address)


def counted_address(connection: HTTPConnection) -> str:
    """The address by which a request is limited; '' for this machine's own."""
    address: str = connection.scope["state"][ADDRESS]
    return "" if is_exempt(address) else address


class RequestRates:
    """ASGI middleware: refuses requests and handshakes beyond the rate with 429."""

    def __init__(self, app: ASGIApp, parts: Parts) -> None:
        self._app = app
        self._parts = parts
        self._settings = parts.settings
        self._throttle = Throttle(log)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] in ("http", "websocket"):
            try:
                self._charge(HTTPConnection(scope))
            except Refusal as refusal:
                self._parts.metrics.refused_request("rate")
                await problem(refusal)(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _charge(self, connection: HTTPConnection) -> None:
        peer = connection.client.host if connection.client else ""
        address = self._parts.addresses.of(peer, connection.scope["headers"])
        connection.scope["state"][ADDRESS] = address
        if payer := self._payer(connection, address):
            path = connection.scope["path"]
            self._parts.rates.requests.take(payer, 1.0 if path.startswith(("/v1/", "/ws/", "/readyz")) else FILE_COST)

    def _person(self, token: str) -> Person:
        return verify(self._settings.secret, token, now_ms() / 1000, self._settings.token_max_age_s)

    def _payer(self, connection: HTTPConnection, address: str) -> str:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        if token and scheme.lower() == "bearer":
            token = token.strip()
            if compare_digest(token.encode(), self._settings.api_key.encode()):
                return ""
            try:
                return f"person {self._person(token).sub}"
            except Refusal:
                # An invalid token counts against the address, so guessing tokens is limited too.
                pass
        if not is_exempt(address):
            return address
        if "x-forwarded-for" in connection.headers or "forwarded" in connection.headers:
            self._throttle.say(
                logging.WARNING,
                "proxy",
                "a proxy on this machine is not among FANFARE_TRUSTED_PROXIES: its clients have no limits by address",
            )
        return ""
