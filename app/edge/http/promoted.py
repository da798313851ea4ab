"""HTTP for promoted rooms in the lobby: who is shown which, what was seen, and what was followed."""

from __future__ import annotations

from typing import Literal, NamedTuple

from msgspec import Struct
from starlette.requests import Request

from app.actions.viewer.see_promoted import Lobby, SeenBatch, Visit
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.limits import counted_address
from app.edge.http.problems import Json
from app.edge.http.rooms import views
from app.edge.live.hub import Hub
from app.rules.messages import RoomView
from app.rules.people_marks import BROWSER, mark_of_browser, mark_of_person
from app.store.places import Viewer


class PromotedPlace(Struct, frozen=True):
    """A place: the room, and the ticket with which its page tells that it was seen and followed."""

    room: RoomView
    ticket: str


class PromotedPlaces(Struct, frozen=True):
    """The places of a lobby, in their order; there may be none."""

    places: list[PromotedPlace]


class SeenResults(Struct, frozen=True):
    """What became of each, in the order of the request; `counted` was counted."""

    results: list[Literal["counted", "used", "own", "enough", "over", "too_short", "bad_ticket"]]


class VisitResult(Struct, frozen=True):
    """Whether it is a visit that was not known yet."""

    counted: bool


class _Who(NamedTuple):
    """The person, '' for none; the viewer that is counted, and all marks that the request shows."""

    person: str
    viewer: Viewer
    marks: list[str]


async def promoted_places(request: Request) -> Json:
    """The promoted rooms for one viewer's lobby: a person's token, or the browser's own id in `Fanfare-Browser`."""
    hub: Hub = request.app.state.hub
    offers = await _lobby(request).offer(_who(request).viewer)
    shown = {room.id: room for room in await views(hub, [offer.room for offer in offers])}
    places = [PromotedPlace(shown[offer.room], offer.ticket) for offer in offers if offer.room in shown]
    return Json(PromotedPlaces([one for one in places if one.room.status == "live" and one.room.promotable]))


async def count_impressions(request: Request) -> Json:
    """Counts promoted cards that were in view for a second: each ticket once, three a viewer, promotion and hour."""
    who = _who(request)
    request.app.state.reports.take(request, who.viewer.mark)
    body: SeenBatch = await auth.body(request, SeenBatch)
    return Json(SeenResults(await _lobby(request).count(who.viewer, body.seen)), status_code=202)  # type: ignore[arg-type]


async def count_visit(request: Request) -> Json:
    """Notes that a promoted card was followed; told again with a token, that person's gifts are known to follow."""
    who = _who(request)
    request.app.state.reports.take(request, who.viewer.mark)
    body: Visit = await auth.body(request, Visit)
    counted = await _lobby(request).visit(billing_of(request).archive, who.marks, who.person, body.ticket)
    return Json(VisitResult(counted), status_code=202)


def _lobby(request: Request) -> Lobby:
    lobby: Lobby = request.app.state.lobby
    return lobby


def _who(request: Request) -> _Who:
    browser = request.headers.get(BROWSER)
    marks = [] if browser is None else [mark_of_browser(browser)]
    if "authorization" in request.headers:
        person = auth.person(request).sub
        return _Who(person, Viewer(mark_of_person(person)), [mark_of_person(person), *marks])
    if not marks:
        raise Refusal("bad_request", "A token or the header Fanfare-Browser is needed.")
    return _Who("", Viewer(marks[0], counted_address(request)), marks)
