"""A cluster's nodes: which of them has a slot, kept up to date, and a call asked on wherever the nodes send it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, TypeVar

from app.base.errors import StoreError, StoreRefused, UnknownOutcome
from app.base.log import Throttle
from app.store.address import Address, Place
from app.store.connection import Connection, connect
from app.store.link import Node
from app.store.slots import SlotMap

T = TypeVar("T")

# "Somewhere else" or "not now", said before anything is run.
ELSEWHERE = ("MOVED", "ASK")
NOT_NOW = ("TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN", "LOADING", "READONLY")
LOOK_EVERY_S, ANSWER_S = 1.0, 1.0
REDIRECTIONS_MAX = 5
PATIENCE_S, PAUSE_FIRST_S, PAUSE_MAX_S = 1.0, 0.02, 0.2

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Cluster:
    """The nodes of a cluster.

    Args:
        replicas_ack: how many replicas a write waits for; -1: one, where the cluster has replicas.
        on_changed: told when slots are at other nodes than before.
    """

    def __init__(self, address: Address, replicas_ack: int, on_changed: Callable[[], None] = lambda: None) -> None:
        self.map: SlotMap | None = None
        self.acks = max(0, replicas_ack)
        self._address = address
        self._replicas_ack = replicas_ack
        self._on_changed = on_changed
        self._nodes: dict[Place, Node] = {}
        self._told: Any = None
        self._looking: asyncio.Future[None] | None = None
        self._watching = asyncio.create_task(self._watch())
        self._turn = 0
        self._gone: set[Place] = set()

    def close(self) -> None:
        """Closes all connections; calls under way fail as UnknownOutcome."""
        self._watching.cancel()
        for node in self._nodes.values():
            node.close()

    def owner(self, slot: int | None) -> Place | None:
        """Where the node is that has the slot, as far as is known; without a slot, any primary."""
        if self.map is None:
            return None
        return self.map.owner(slot) if slot is not None else next(iter(self.map.primaries), None)

    def node(self, slot: int) -> Node | None:
        """That node itself."""
        place = self.owner(slot)
        return self._at(place) if place is not None else None

    def primaries(self) -> list[Node]:
        """All nodes that have slots."""
        return [self._at(place) for place in self.map.primaries] if self.map is not None else []

    async def ask(self, slot: int | None, send: Callable[..., Coroutine[Any, Any, T]], *, writes: bool = False) -> T:
        """What `send` gives on the connection to the slot's node; its flag says whether ASKING goes before each call.

        Where a node sends us on, or says "not now", nothing was run: it is asked again, for a while.

        Raises:
            StoreRefused, UnknownOutcome: as `send` does.
            StoreError: the node cannot be reached; nothing was sent.
        """
        loop = asyncio.get_running_loop()
        until, pause, sent_on = loop.time() + PATIENCE_S, PAUSE_FIRST_S, 0
        place, asking = self.owner(slot), False
        while True:
            try:
                connection = await self._open(slot, place, writes=writes)
            except StoreError:
                if loop.time() + pause > until:
                    raise
            else:
                try:
                    return await send(connection, asking=asking)
                except UnknownOutcome:
                    self.look_soon()
                    raise
                except StoreRefused as error:
                    word, _, told = str(error).partition(" ")
                    if word in ELSEWHERE and place is not None and sent_on < REDIRECTIONS_MAX:
                        sent_on += 1
                        place, asking = self._follow(word, told, place), word == "ASK"
                        continue
                    if word not in (*ELSEWHERE, *NOT_NOW) or loop.time() + pause > until:
                        raise
            await asyncio.sleep(pause)
            sent_on = 0
            pause = min(2 * pause, PAUSE_MAX_S)
            with contextlib.suppress(StoreError):
                await self.look()
            place, asking = self.owner(slot), False

    async def _open(self, slot: int | None, place: Place | None, *, writes: bool) -> Connection:
        if place is None:
            raise StoreError(f"no node of the cluster is known to have slot {slot}")
        node = self._at(place)
        return await (node.writes(slot) if writes else node.reads).open()

    async def look(self) -> None:
        """Reads the map anew; all that ask meanwhile share one look.

        Raises:
            StoreError: no node tells it.
        """
        await asyncio.shield(self.look_soon())

    def _looked(self, looking: asyncio.Future[None]) -> None:
        self._looking = None
        if not looking.cancelled():
            # Told to those who wait, and there may be none.
            looking.exception()

    def look_soon(self) -> asyncio.Future[None]:
        """Begins a look, where none is under way."""
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look())
            self._looking.add_done_callback(self._looked)
        return self._looking

    async def _look(self) -> None:
        failure = StoreError("the store cannot be reached: no node of the cluster is known")
        for place in self._places():
            try:
                async with asyncio.timeout(ANSWER_S):
                    told = await (await self._at(place).reads.open()).call("CLUSTER", "SLOTS")
            except TimeoutError:
                failure = StoreError(f"the store cannot be reached: {place[0]} does not answer")
            except StoreError as error:
                failure = error
            else:
                if told:
                    self._take(told, place)
                    return
                failure = StoreError("the cluster has no slots")
        raise failure

    def _places(self) -> list[Place]:
        """Whom to ask for the map: another one first each time, the unreachable last."""
        known = [*self.map.primaries, *sorted(self.map.replicas)] if self.map is not None else []
        self._turn = (self._turn + 1) % max(1, len(known))
        turned = [*known[self._turn :], *known[: self._turn]]
        turned.sort(key=lambda place: place not in self._nodes or self._nodes[place].reads.connection is None)
        return list(dict.fromkeys([*turned, *self._address.places]))

    def _take(self, told: Any, asked: Place) -> None:
        if self.map is None or told != self._told:
            self._told = told
            self.map = SlotMap(told, asked)
            self._changed(self.map)
        # A node that has fallen behind may tell an old map; the next one that is asked is another.
        gone = self._nodes.keys() - self.map.primaries
        for place in gone & self._gone:
            # What is under way there may never be answered; it is asked again at the slot's new node.
            self._nodes.pop(place).close()
        self._gone = gone

    def _changed(self, slots: SlotMap) -> None:
        if self._replicas_ack < 0 and slots.replicas:
            # Never taken back: a primary that has lost its replica keeps nothing safe.
            self.acks = 1
        self._on_changed()

    def _at(self, place: Place) -> Node:
        node = self._nodes.get(place)
        if node is None:
            node = Node(partial(connect, self._address, place), waits=True)
            self._nodes[place] = node
        return node

    def _follow(self, word: str, told: str, asked: Place) -> Place:
        """The node that a redirection names; a slot that has MOVED there is noted."""
        slot, _, where = told.partition(" ")
        host, _, port = where.rpartition(":")
        # A node that does not know its own name tells a port alone: that is on its own machine.
        place = (host or asked[0], int(port))
        if word == "MOVED" and self.map is not None:
            self.map.give(int(slot), place)
            self.look_soon()
        return place

    async def _watch(self) -> None:
        """Finds out that slots have moved also while nobody asks, or while a node that has died is silent."""
        while True:
            try:
                await self.look()
            except StoreError as error:
                throttle.say(logging.WARNING, "map", "the cluster's map cannot be read: %s", error)
            await asyncio.sleep(LOOK_EVERY_S)
