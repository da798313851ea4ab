"""What a client's program has to expect; each carries a slug of the contract.

ClientError
├── Refused    the server has refused it, or it was never sent: nothing was spent
├── NoAnswer   it was sent, and there was no answer in time: it may have been done
└── Closed     the line is closed, and is not made again
"""

from __future__ import annotations

from typing import Any

from app.base.errors import SLUGS, CloseCode, FanfareError

_SLUG_OF: dict[int, str] = {
    CloseCode.UNAUTHORIZED: "unauthorized",
    CloseCode.REMOVED: "forbidden",
    CloseCode.ROOM_NOT_FOUND: "room_not_found",
    CloseCode.TOO_MANY: "rate_limited",
    CloseCode.BAD_FRAME: "bad_request",
    CloseCode.NO_HELLO: "bad_request",
    CloseCode.PROTOCOL_VERSION: "bad_request",
}
# Close codes from the first to the second say: do not come back.
FINAL_FROM, FINAL_TO = 4500, 4999


class ClientError(FanfareError):
    """Anything that a client raises. `slug` names it for programs, the text says it for people."""

    def __init__(self, slug: str, message: str = "") -> None:
        self.slug = slug
        # A newer server may have slugs that are not known here.
        self.message = message or (SLUGS[slug].message if slug in SLUGS else slug)
        super().__init__(f"{slug}: {self.message}")


class Refused(ClientError):
    """A refusal, of the command `id` where it is about one. `retryable`: it may be asked again, with the same id."""

    def __init__(
        self,
        slug: str,
        message: str = "",
        *,
        retryable: bool = False,
        details: dict[str, Any] | None = None,
        command_id: str = "",
    ) -> None:
        super().__init__(slug, message)
        self.id = command_id
        self.retryable = retryable
        self.details = details or {}


class NoAnswer(ClientError):
    """`id` is the command's: a gift with this id again is paid once, and `gift_send(id)` tells what became of it."""

    def __init__(self, command_id: str) -> None:
        super().__init__("unknown_outcome")
        self.id = command_id


class Closed(ClientError):
    """The line's end, with its close code; 1000 where this side has ended it, 1006 where there never was one."""

    def __init__(self, code: int, slug: str = "", message: str = "") -> None:
        super().__init__(slug or _SLUG_OF.get(code, "unavailable"), message)
        self.code = code
