"""HTTP for the switches: operators set them, and everyone may know what is off, and why."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.operator.set_switch import set_switch
from app.archive import switches as archived
from app.base.errors import Refusal
from app.edge.billing import billing_of
from app.edge.http import auth
from app.edge.http.problems import Json
from app.edge.switchboard import Switchboard
from app.rules.switches import NAMES, SwitchList, SwitchRequest, switch_of


async def what_is_off(request: Request) -> Json:
    """What is switched off now, and why; this worker's word, a second old at most."""
    return Json(_board(request).view())


async def switches(request: Request) -> Json:
    """All switches, with who changed them last."""
    auth.platform(request, or_role="operator")
    return Json(SwitchList(await billing_of(request).archive.read(archived.every)))


async def put_switch(request: Request) -> Json:
    """Switches purchases, gifts or payouts off for everyone, or on."""
    by, name = auth.platform(request, or_role="operator"), request.path_params["name"]
    if name not in NAMES:
        raise Refusal("unknown_switch", f"A switch is one of {', '.join(NAMES)}.")
    return await _put(request, name, by)


async def put_gift(request: Request) -> Json:
    """Takes one gift out of the catalogue for everyone, or puts it back."""
    by, gift = auth.platform(request, or_role="operator"), request.path_params["gift"]
    if gift not in request.app.state.catalogue.by_id():
        raise Refusal("unknown_gift")
    return await _put(request, switch_of(gift), by)


async def _put(request: Request, name: str, by: str) -> Json:
    billing = billing_of(request)
    asked: SwitchRequest = await auth.body(request, SwitchRequest)
    switch = await set_switch(billing.archive, billing.delivery, name, asked, by, billing.clock())
    await _board(request).look()
    return Json(switch)


def _board(request: Request) -> Switchboard:
    board: Switchboard = request.app.state.switchboard
    return board
