"""All connections of a worker: each counted for its address from its accept until its transport is gone."""

from __future__ import annotations

import logging
from collections import Counter
from enum import Enum
from typing import Protocol

from app.base.descriptors import for_clients
from app.base.log import Throttle
from app.base.metrics import Metrics
from app.edge.addresses import is_exempt

# The key of a connection's ticket in the state of its ASGI scopes.
TICKET = "fanfare.ticket"

# Each second all connections are checked, a tenth of them at a time, so that a request waits for one tenth at most.
TURNS = 10

log = logging.getLogger(__name__)


class Verdict(Enum):
    """Whether a new connection is served."""

    SERVED = "served"
    # Its address is at its limit: the request is read and refused, so that the client learns why.
    ADDRESS_FULL = "address"
    # Its address is at twice its limit: it is closed without being read.
    ADDRESS_FLOOD = "flood"
    # The descriptors that are left are reserved for the server's own use.
    WORKER_FULL = "descriptors"


class Watched(Protocol):
    """A connection that has deadlines."""

    def look(self, now_s: float) -> None:
        """Ends it if it is overdue."""


class Ticket:
    """One counted connection. Call `release` when its transport has ended, whichever protocol it has by then."""

    __slots__ = ("_address", "_connections", "verdict")

    def __init__(self, connections: Connections, address: str, verdict: Verdict) -> None:
        self._connections = connections
        self._address = address
        self.verdict = verdict

    def count_for(self, address: str) -> bool:
        """Moves it to another address, the one that a proxy named. False where that address is at its limit."""
        if address != self._address:
            self.release()
            self._address = address
            self.verdict = self._connections.count(address)
        return self.verdict is Verdict.SERVED

    def release(self) -> None:
        """Removes it from the count. Calling it again does nothing."""
        address, self._address = self._address, ""
        self._connections.discount(address)


class Connections:
    """The count of a worker's connections by address, and those of them that have deadlines.

    Args:
        per_address: how many an address may have; 0 for any number.
        metrics: counts what is refused.
    """

    def __init__(self, per_address: int, metrics: Metrics) -> None:
        self.metrics = metrics
        self.addresses: Counter[str] = Counter()
        self.watched: set[Watched] = set()
        self.throttle = Throttle(log)
        self._per_address = per_address

    def enter(self, address: str, descriptor: int) -> Ticket:
        """Counts a connection that was just accepted. The empty address is not counted: it is a proxy's."""
        verdict = self.count(address)
        # The kernel gives the lowest free number, so at least this many descriptors are open.
        if descriptor >= for_clients():
            verdict = Verdict.WORKER_FULL
            self.throttle.say(
                logging.ERROR,
                "descriptors",
                "no descriptors are left for more connections (%d are for clients): new ones are refused with 503",
                for_clients(),
            )
        if verdict is not Verdict.SERVED:
            self.metrics.refused_connection(verdict.value)
        return Ticket(self, address, verdict)

    def count(self, address: str) -> Verdict:
        """Counts one more for an address."""
        if not address:
            return Verdict.SERVED
        self.addresses[address] += 1
        held, limit = self.addresses[address], self._per_address
        if not limit or held <= limit or is_exempt(address):
            return Verdict.SERVED
        self.throttle.say(logging.WARNING, "address", "%s has more than %d connections here", address, limit)
        return Verdict.ADDRESS_FULL if held <= 2 * limit else Verdict.ADDRESS_FLOOD

    def discount(self, address: str) -> None:
        """Counts one less."""
        if address:
            self.addresses[address] -= 1
            if not self.addresses[address]:
                del self.addresses[address]

    def look(self, now_s: float, turn: int) -> None:
        """Ends those of a tenth of the connections that are overdue; to be called ten times a second, with a count."""
        for one in tuple(self.watched)[turn % TURNS :: TURNS]:
            one.look(now_s)
