"""What the server said and the program has not read yet: bounded, and never with a hole that nobody sees."""

from __future__ import annotations

import asyncio
from collections import deque

from app.client.errors import Closed
from app.rules.messages import Message, Welcome

INBOX_MAX = 10_000


class Inbox:
    """Messages in order.

    Who reads too slowly, or not at all, until `most` of them wait, loses them: it `fell_behind`, and nothing more is
    kept before a welcome with a snapshot, which has their effect.
    """

    def __init__(self, most: int = INBOX_MAX) -> None:
        self._most = most
        self._waiting: deque[Message] = deque()
        self._news = asyncio.Event()
        self._end: Closed | None = None
        self.fell_behind = False

    def put(self, message: Message) -> None:
        """Keeps a message."""
        if isinstance(message, Welcome) and message.snapshot is not None:
            self.fell_behind = False
        elif not self.fell_behind and len(self._waiting) >= self._most:
            self._waiting.clear()
            self.fell_behind = True
        if not self.fell_behind:
            self._waiting.append(message)
            self._news.set()

    def end(self, closed: Closed) -> None:
        """Nothing more will come."""
        self._end = closed
        self._news.set()

    async def get(self) -> Message:
        """The next message, when there is one.

        Raises:
            Closed: nothing more will come.
        """
        while not self._waiting:
            if self._end is not None:
                raise self._end
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()
