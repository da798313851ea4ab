"""PayPal's REST API: OAuth, and calls that are repeated with the same body until there is an answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple, TypeVar

import httpx2
import msgspec

from app.base.clock import Clock
from app.base.errors import RailError

TRIES = 3
BACKOFF_S = 0.5
TIMEOUT_S = 20.0
# A token that is about to run out is not used any more.
TOKEN_MARGIN_MS = 60_000
REASON_MAX = 300

T = TypeVar("T")


class Link(msgspec.Struct, frozen=True):
    """Where something is."""

    href: str = ""


class Detail(msgspec.Struct, frozen=True):
    """One thing that is wrong."""

    field: str = ""
    issue: str = ""
    link: tuple[Link, ...] = ()


class Problem(msgspec.Struct, frozen=True):
    """PayPal's error."""

    name: str = ""
    message: str = ""
    debug_id: str = ""
    error: str = ""
    error_description: str = ""
    details: tuple[Detail, ...] = ()


class Answer(NamedTuple):
    """What PayPal says: anything but a failure of its own."""

    status: int
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether it did what it was asked."""
        return self.status < 300

    @property
    def problem(self) -> Problem:
        """What it says of an error; nothing where that is not said as PayPal does."""
        try:
            return msgspec.json.decode(self.body, type=Problem)
        except (msgspec.DecodeError, UnicodeError):
            return Problem()

    @property
    def reason(self) -> str:
        """The error in a line, with the id that PayPal's support asks for."""
        found = self.problem
        words = [found.name or f"HTTP {self.status}", found.message, found.error, found.error_description]
        words += [detail.issue for detail in found.details]
        said = " ".join(filter(None, words))[:REASON_MAX]
        return f"{said} (debug id {found.debug_id})" if found.debug_id else said

    def read(self, kind: type[T]) -> T:
        """The answer as that type. Raises RailError where it is none."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.DecodeError, UnicodeError) as error:
            raise RailError(f"PayPal's answer cannot be read: {error}") from None


class _Token(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int


class PayPalClient:
    """Calls with a token that is fetched when it is needed. `sleep` waits between two tries."""

    def __init__(
        self, url: str, client_id: str, secret: str, now_ms: Clock, sleep: Callable[[float], Awaitable[None]]
    ) -> None:
        self._http = httpx2.AsyncClient(base_url=url, timeout=TIMEOUT_S)
        self._auth = httpx2.BasicAuth(client_id, secret)
        self._now_ms = now_ms
        self._sleep = sleep
        self._token = ""
        self._token_until_ms = 0

    async def ask(self, method: str, path: str, body: bytes | None) -> Answer:
        """PayPal's answer.

        Raises:
            RailError: there was none, however often it was asked; what was asked for may have been done.
        """
        failure = ""
        for attempt in range(TRIES):
            if attempt:
                await self._sleep(BACKOFF_S * 2 ** (attempt - 1))
            try:
                answer = await self._once(method, path, body)
            except httpx2.TransportError as error:
                failure = f"{type(error).__name__} {error}".strip()
                continue
            if answer.status == 401:
                self._token_until_ms = 0
            elif answer.status != 429 and answer.status < 500:
                return answer
            failure = answer.reason
        raise RailError(f"PayPal does not answer: {failure}")

    async def close(self) -> None:
        """Ends the connections."""
        await self._http.aclose()

    async def _once(self, method: str, path: str, body: bytes | None) -> Answer:
        if self._now_ms() >= self._token_until_ms:
            asked_ms = self._now_ms()
            grant = {"grant_type": "client_credentials"}
            answer = _answer(await self._http.post("/v1/oauth2/token", data=grant, auth=self._auth))
            if not answer.ok:
                return answer
            token = answer.read(_Token)
            self._token = token.access_token
            self._token_until_ms = asked_ms + token.expires_in * 1000 - TOKEN_MARGIN_MS
        headers = {"Authorization": f"Bearer {self._token}", "Content-Type": "application/json"}
        return _answer(await self._http.request(method, path, content=body, headers=headers))


def _answer(response: httpx2.Response) -> Answer:
    return Answer(response.status_code, response.content)
