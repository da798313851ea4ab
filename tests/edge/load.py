"""A modest load on a server that is being killed: senders who resend until they have an answer, viewers who resume."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any

from websockets.exceptions import WebSocketException

from app.rules.commands import Resume
from app.rules.messages import Error, GiftAccepted, GiftSent, Welcome
from tests.edge.client import Client, eventually
from tests.edge.site import Site, new_id

# What happens to a client of a server that dies.
BROKEN = (OSError, WebSocketException, TimeoutError, AssertionError)
ANSWER_WITHIN_S = 45.0
COINS = 10_000


class Sender:
    """A viewer who sends a rose every so often; one without an answer is sent again with the same id."""

    def __init__(self, site: Site, user: str, room: str) -> None:
        self.site = site
        self.user = user
        self.room = room
        self.accepted: dict[str, GiftAccepted] = {}
        self.resent = 0
        self.refused: list[Error] = []
        self._gift_id = ""

    async def run(self, stop: asyncio.Event, pause_s: float) -> None:
        """Sends until the event, and then until everything that was sent has an answer."""
        while self._gift_id or not stop.is_set():
            with suppress(*BROKEN):
                async with self.site.connect(self.room, open_timeout=2) as client:
                    await client.hello(self.site.token(self.user))
                    while self._gift_id or not stop.is_set():
                        await self._send(client)
                        await asyncio.sleep(pause_s)
            await asyncio.sleep(0.02)

    async def _send(self, client: Client) -> None:
        if self._gift_id:
            self.resent += 1
        else:
            self._gift_id = new_id()
        async with asyncio.timeout(ANSWER_WITHIN_S):
            answer = await client.send_gift(self._gift_id)
        if isinstance(answer, GiftAccepted):
            self.accepted[answer.id] = answer
            self._gift_id = ""
        else:
            self.refused.append(answer)


class Watcher:
    """A viewer who reconnects from where he was, whatever happens to his connection."""

    def __init__(self, site: Site, user: str, room: str) -> None:
        self.site = site
        self.user = user
        self.room = room
        self.welcomes: list[Welcome] = []
        self._past: list[Any] = []
        self._client: Client | None = None

    @property
    def events(self) -> list[Any]:
        """All events that he has seen, over all connections."""
        return [*self._past, *(self._client.events() if self._client else ())]

    def gift_ids(self) -> list[str]:
        """The gifts that he has seen, in order."""
        return [event.id for event in self.events if isinstance(event, GiftSent)]

    async def run(self, stop: asyncio.Event) -> None:
        """Watches until the event."""
        place: Resume | None = None
        while not stop.is_set():
            with suppress(*BROKEN):
                async with self.site.connect(self.room, open_timeout=2) as client:
                    self.welcomes.append(await client.hello(self.site.token(self.user), place))
                    self._client = client
                    await eventually(lambda client=client: stop.is_set() or client.is_closed, 60)  # type: ignore[misc]
            if self._client is not None:
                place = self._client.place
                self._past += self._client.events()
                self._client = None
            await asyncio.sleep(0.02)


async def through(site: Site, room: str, disaster: Callable[[], Awaitable[object]]) -> Sequence[Sender]:
    """Some 200 gifts a second before, during and after a disaster, and the proof that it lost and doubled none."""
    stop_sending, stop_watching = asyncio.Event(), asyncio.Event()
    senders = [Sender(site, f"{room}-{i}", room) for i in range(10)]
    watchers = [Watcher(site, f"{room}-w{i}", room) for i in range(3)]
    for sender in senders:
        await site.grant(sender.user, COINS)
    watching = [asyncio.create_task(watcher.run(stop_watching)) for watcher in watchers]
    await eventually(lambda: all(watcher.welcomes for watcher in watchers))
    sending = [asyncio.create_task(sender.run(stop_sending, 0.04)) for sender in senders]

    async def accepted_more(gifts: int) -> None:
        before = sum(len(sender.accepted) for sender in senders)
        await eventually(lambda: sum(len(sender.accepted) for sender in senders) >= before + gifts, 40)

    await accepted_more(150)
    await disaster()
    await accepted_more(150)
    stop_sending.set()
    await asyncio.gather(*sending)
    accepted = {gift_id for sender in senders for gift_id in sender.accepted}
    await eventually(lambda: all(accepted <= set(watcher.gift_ids()) for watcher in watchers))
    stop_watching.set()
    await asyncio.gather(*watching)

    for watcher in watchers:
        # Each event once and in order, over all connections; what nobody was told of does not exist either.
        first = watcher.welcomes[0]
        offsets = [event.offset for event in watcher.events]
        assert list(range(first.offset + 1, first.offset + 1 + len(offsets))) == offsets
        assert all(welcome.recovered for welcome in watcher.welcomes[1:])
        assert sorted(accepted) == sorted(watcher.gift_ids())
    for sender in senders:
        assert all(error.retryable for error in sender.refused), sender.refused
        assert COINS - len(sender.accepted) == await site.coins(sender.user)
    numbers = [receipt.n for sender in senders for receipt in sender.accepted.values()]
    assert len(set(numbers)) == len(numbers)
    return senders
