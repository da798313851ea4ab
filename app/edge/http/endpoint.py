"""One HTTP endpoint, as the table of endpoints has it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import Response


class Endpoint(NamedTuple):
    """One endpoint. `who`: anyone, person or platform; `ok` is the status of its usual answer.

    What is `idempotent` needs an Idempotency-Key; what `may_have_key` changes nothing when it is done again.
    """

    method: str
    path: str
    handler: Callable[[Request], Awaitable[Response]]
    who: str
    answer: type[Any] | None
    body: type[Any] | None = None
    ok: int = 200
    query: tuple[str, ...] = ()
    idempotent: bool = False
    may_have_key: bool = False
    demo: bool = False

    @property
    def summary(self) -> str:
        """The first sentence of the handler's docstring."""
        return (self.handler.__doc__ or "").strip().partition("\n")[0]
