"""What a sender of gifts has replied."""

from __future__ import annotations

from typing import Any

from app.actions.send_gift import GiftSender
from app.rules.messages import Error, GiftAccepted
from tests.rules.shapes import strictly


class Replies:
    """The replies of a `sender` that is given `replies.append` as the place for them."""

    sender: GiftSender

    def __init__(self) -> None:
        self.replies: list[bytes] = []

    async def accepted(self) -> list[GiftAccepted]:
        """The replies when all is answered; they are all good ones."""
        await self.sender.queues.drain()
        return [strictly(reply, GiftAccepted) for reply in self.replies]

    async def refused(self) -> list[tuple[str, str | None, dict[str, Any]]]:
        """The refusals when all is answered: slug, id and details."""
        await self.sender.queues.drain()
        errors = [strictly(reply, Error) for reply in self.replies]
        return [(error.error, error.id, error.details) for error in errors]
