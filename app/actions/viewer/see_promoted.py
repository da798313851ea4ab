"""The promoted rooms in somebody's lobby: each place goes to the promotion that is furthest behind its even pace."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from app.archive import promotion_visits, promotions
from app.archive.archive import Archive, Connection
from app.base.clock import Clock
from app.base.errors import Refusal
from app.rules.promotion_tickets import TICKET_MAX, TICKET_MS, Ticket, read_ticket, write_ticket
from app.rules.promotions import HOUR_MS, behind
from app.store.places import Places, Running, Viewer

PLACES = 2
WANTED_MAX = 12
KNOWN_FOR_MS = 1000
SECOND_MS = 1000
BATCH_MAX = 20
TicketText = Annotated[str, Meta(min_length=1, max_length=TICKET_MAX)]


class Seen(Struct, frozen=True, kw_only=True):
    """A promoted card that was in view for so many milliseconds on end."""

    ticket: TicketText
    ms: Annotated[int, Meta(ge=0, le=86_400_000)]


class SeenBatch(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/promotions/impressions."""

    seen: Annotated[tuple[Seen, ...], Meta(min_length=1, max_length=BATCH_MAX)]


class Visit(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/promotions/visits."""

    ticket: TicketText


class Offer(NamedTuple):
    """A place: the room, and the ticket with which it is told that it was seen."""

    room: str
    ticket: str


class Lobby:
    """The promoted rooms of all who look at this worker's lobby.

    Args:
        places: whose promotions run.
        secret: signs the tickets.
        clock: milliseconds since 1970.
    """

    def __init__(self, places: Places, secret: str, clock: Clock) -> None:
        self._places = places
        self._secret = secret
        self._clock = clock
        self._running: Sequence[Running] = ()
        self._known_ms = -KNOWN_FOR_MS

    async def offer(self, viewer: Viewer) -> list[Offer]:
        """The places for one viewer, at most PLACES, each of another room; fewer where none is behind its pace.

        Raises:
            Refusal: `uninitialised`.
        """
        now_ms = self._clock()
        if not 0 <= now_ms - self._known_ms < KNOWN_FOR_MS:
            self._running, self._known_ms = await self._places.running(), now_ms
        wanted = self._furthest_behind(viewer, now_ms)
        if not wanted:
            return []
        given = await self._places.offer(viewer, wanted, PLACES, now_ms)
        # What was given is not furthest behind any more; the others come to know within a second.
        ids = {one.id for one in given}
        self._running = [one._replace(counted=one.counted + (one.id in ids)) for one in self._running]
        return [Offer(one.room, write_ticket(self._secret, Ticket(one.id, now_ms, viewer.mark))) for one in given]

    async def count(self, viewer: Viewer, seen: Sequence[Seen]) -> list[str]:
        """Counts what a viewer has seen; a word for each, of `count_impressions.lua` or `too_short` or `bad_ticket`.

        A view shorter than a second is none, whatever the page says: a ticket is not good within its first second.

        Raises:
            Refusal: `uninitialised`.
        """
        now_ms = self._clock()
        words: list[str] = [self._word(viewer, one, now_ms) for one in seen]
        good = [at for at, word in enumerate(words) if word == "counted"]
        if good:
            tickets = [read_ticket(self._secret, seen[at].ticket) for at in good]
            for at, word in zip(good, await self._places.count(viewer, tickets, now_ms), strict=True):
                words[at] = word
        return words

    async def visit(self, archive: Archive, marks: Sequence[str], gifter: str, ticket_text: str) -> bool:
        """Notes that a promoted card was followed; whether it is a new visit.

        Args:
            archive: where visits are kept.
            marks: the viewer's: of the person, and of the browser which that person has.
            gifter: the person, '' for one who is not known.
            ticket_text: that with which the room was shown.

        Raises:
            Refusal: `bad_ticket`.
        """
        ticket, now_ms = read_ticket(self._secret, ticket_text), self._clock()
        if ticket.mark not in marks or not 0 <= now_ms - ticket.issued_ms < HOUR_MS:
            raise Refusal("bad_ticket")
        return await archive.write(_visited, ticket, gifter, now_ms)

    def _furthest_behind(self, viewer: Viewer, now_ms: int) -> list[Running]:
        found = []
        for one in self._running:
            late = behind(one.impressions, one.counted, one.start_ms, one.end_ms, now_ms)
            if late > 0 and viewer.mark not in one.buyers and now_ms < one.end_ms:
                found.append((-late, one.id, one))
        return [one for *_, one in sorted(found)[:WANTED_MAX]]

    def _word(self, viewer: Viewer, seen: Seen, now_ms: int) -> str:
        try:
            ticket = read_ticket(self._secret, seen.ticket)
        except Refusal:
            return "bad_ticket"
        age_ms = now_ms - ticket.issued_ms
        if ticket.mark != viewer.mark or not 0 <= age_ms < TICKET_MS:
            return "bad_ticket"
        return "counted" if min(seen.ms, age_ms) >= SECOND_MS else "too_short"


def _visited(connection: Connection, ticket: Ticket, gifter: str, now_ms: int) -> bool:
    found = promotions.find(connection, ticket.promotion)
    if found is None or found.user == gifter:
        return False
    return promotion_visits.visit(connection, found, ticket.mark, gifter, ticket.issued_ms, now_ms)
