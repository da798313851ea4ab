"""The places of promoted rooms in the lobby: which promotions run, who is given a place of which, and what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.rules.promotion_tickets import TICKET_MS, Ticket
from app.rules.promotions import HOUR_MS, PARTS
from app.store.promotions import check_answer
from app.store.standing import Standing

HELD_MS = 30_000
"""For how long a ticket that is not used yet counts as an impression to come."""
SEEN_MAX = 3
"""Impressions a viewer, promotion and hour."""
ADDRESS_MAX = 100
"""Tickets an address, promotion and hour, for all its viewers who have no token."""
AT_ONCE = 50
FIELDS = ("room", "start", "end", "impressions", "counted", "buyer", "browser", "stopped")


class Running(NamedTuple):
    """A promotion that runs. `buyers`: the marks of the one who bought it, whose views do not count."""

    id: str
    room: str
    start_ms: int
    end_ms: int
    impressions: int
    counted: int
    buyers: tuple[str, str]


class Viewer(NamedTuple):
    """Who looks at the lobby: the mark, and the address by which viewers without a token are bounded, '' for none."""

    mark: str
    address: str = ""


class Places:
    """The places of one partition, whose ledger stands so."""

    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.keys = standing.keys

    async def running(self) -> list[Running]:
        """The promotions that run. Raises Refusal `uninitialised`."""
        store = self.standing.store
        ids = [one.decode() for one in await store.call("ZRANGE", self.keys.promotions, 0, -1)]
        found: list[Running] = []
        for at in range(0, len(ids), AT_ONCE):
            some = ids[at : at + AT_ONCE]
            names = [self.keys.totals, *map(self.keys.promotion, some)]
            refused, *rows = await store.run("read_promotions", names, self.standing.epoch, *FIELDS)
            check_answer(refused)
            for one, (room, *numbers, buyer, browser, stopped) in zip(some, rows, strict=True):
                if room is not None and stopped is None:
                    start, end, impressions, counted = map(int, numbers)
                    buyers = (buyer.decode(), browser.decode())
                    found.append(Running(one, room.decode(), start, end, impressions, counted, buyers))
        return found

    async def offer(self, viewer: Viewer, wanted: Sequence[Running], places: int, now_ms: int) -> list[Running]:
        """Those of the promotions that the viewer is given a place of, with a ticket as of now; in their order.

        Raises:
            Refusal: `uninitialised`.
        """
        names = [self.keys.totals]
        for one in wanted:
            names += (
                self.keys.promotion(one.id),
                self.keys.promotion_tickets(one.id),
                self.keys.promotion_people(one.id),
                self.keys.promotion_addresses(one.id, now_ms // HOUR_MS),
            )
        args = (now_ms, viewer.mark, viewer.address, places, TICKET_MS, HELD_MS, SEEN_MAX, ADDRESS_MAX)
        refused, *given = await self.standing.run("offer_places", names, *args)
        check_answer(refused)
        return [wanted[number - 1] for number in given]

    async def count(self, viewer: Viewer, tickets: Sequence[Ticket], now_ms: int) -> list[str]:
        """Counts what a viewer has seen; a word for each ticket, see `count_impressions.lua`.

        Raises:
            Refusal: `uninitialised`.
        """
        names = [self.keys.totals]
        for ticket in tickets:
            names += (
                self.keys.promotion(ticket.promotion),
                self.keys.promotion_tickets(ticket.promotion),
                self.keys.promotion_people(ticket.promotion),
            )
        issued = [ticket.issued_ms for ticket in tickets]
        refused, *words = await self.standing.run(
            "count_impressions", names, now_ms, viewer.mark, SEEN_MAX, PARTS, *issued
        )
        check_answer(refused)
        return [word.decode() for word in words]
