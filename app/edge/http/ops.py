"""HTTP for operators: freezes, adjustments that take two persons, refunds. Each has a reason and an entry."""

from __future__ import annotations

import asyncio
from typing import get_args

from starlette.requests import Request

from app.actions.operator.adjust_wallet import approve_adjustment, ask_adjustment, reject_adjustment
from app.actions.operator.close_room import close_room
from app.actions.operator.freeze_user import Act, FreezeRequest, FreezeView, freeze_user, unfreeze_user
from app.actions.operator.refund_purchase import refund_purchase
from app.archive import adjustments
from app.archive.barred import find_barred
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.edge.billing import billing_of
from app.edge.http import auth, paging
from app.edge.http.audit_log import looked_at
from app.edge.http.problems import Json
from app.edge.http.rooms import hub_of, room_id_of, views
from app.rules.adjustments import AdjustmentList, AdjustmentRequest, Because, Status
from app.rules.money import diamonds_text
from app.rules.people_views import PersonDesk
from app.rules.purchase_views import view
from app.rules.tokens import known_user_id
from app.store import everywhere
from app.store.diamonds import read_diamonds
from app.store.moves import Posted

STATUSES = get_args(Status)


async def person(request: Request) -> Json:
    """What somebody has, and how far they are kept out."""
    user, billing = await looked_at(request, "look_at_person"), billing_of(request)
    ledger = billing.partitions.of(user)
    (wallet,), diamonds, names, barred = await asyncio.gather(
        ledger.wallets([user]),
        read_diamonds(ledger, user),
        everywhere.names(billing.partitions, [user]),
        billing.archive.read(find_barred, user),
    )
    return Json(
        PersonDesk(
            user=user,
            name=names.get(user),
            frozen=diamonds.frozen,
            banned=barred.banned,
            tokens_before_ms=barred.before_ms,
            tokens=[token for token, _ in barred.tokens],
            coins=wallet.coins,
            debt=wallet.debt,
            given=wallet.given,
            pending=diamonds_text(diamonds.pending),
            available=diamonds_text(diamonds.available),
            held=diamonds_text(diamonds.held),
        )
    )


async def create_freeze(request: Request) -> Json:
    """Freezes a person, who then can neither send, receive nor be paid."""
    by, key = _operator(request), _key(request)
    asked: FreezeRequest = await auth.body(request, FreezeRequest)
    billing, act = billing_of(request), Act(asked.user, asked.reason, by, key)
    posted = await freeze_user(billing.archive, billing.delivery, request.app.state.moves, act, billing.clock())
    return _answer(FreezeView(asked.user, True, asked.reason, posted.n), posted, status_code=201)


async def end_freeze(request: Request) -> Json:
    """Lets a person who was frozen go on."""
    by, key, user = _operator(request), _key(request), known_user_id(request.path_params["user"])
    because: Because = await auth.body(request, Because)
    billing, act = billing_of(request), Act(user, because.reason, by, key)
    posted = await unfreeze_user(billing.archive, billing.delivery, request.app.state.moves, act, billing.clock())
    return _answer(FreezeView(user, False, because.reason, posted.n), posted)


async def create_adjustment(request: Request) -> Json:
    """Asks for a correction of a wallet, which another person has to approve."""
    by, billing, key = _operator(request), billing_of(request), auth.idempotency_key(request)
    asked: AdjustmentRequest = await auth.body(request, AdjustmentRequest)
    found = await ask_adjustment(billing.archive, key, asked, by, billing.clock())
    return Json(found.adjustment, status_code=201, headers=auth.replayed(found.replayed))


async def list_adjustments(request: Request) -> Json:
    """Corrections of wallets, of one status or of all, the newest first."""
    _operator(request)
    limit, status = paging.limit(request), request.query_params.get("status")
    if status is not None and status not in STATUSES:
        raise Refusal("bad_request", f"status is one of {', '.join(STATUSES)}.")
    found = await billing_of(request).archive.read(adjustments.page, status, paging.pair(request), limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    return Json(AdjustmentList(found[:limit], None if last is None else f"{last.created_ms}.{last.id}"))


async def approve_waiting(request: Request) -> Json:
    """Agrees to another person's correction of a wallet, and makes it."""
    by, billing = _operator(request), billing_of(request)
    wanted, key = request.path_params["id"], auth.optional_key(request)
    found = await approve_adjustment(billing.archive, billing.delivery, wanted, by, billing.clock(), key)
    return Json(found.adjustment, headers=auth.replayed(found.replayed))


async def reject_waiting(request: Request) -> Json:
    """Ends a correction of a wallet that waits."""
    by, billing = _operator(request), billing_of(request)
    because: Because = await auth.body(request, Because)
    wanted, key = request.path_params["id"], auth.optional_key(request)
    found = await reject_adjustment(billing.archive, wanted, by, because.reason, billing.clock(), key)
    return Json(found.adjustment, headers=auth.replayed(found.replayed))


async def refund(request: Request) -> Json:
    """Gives a purchase's money back; its coins are taken, and what was spent of them is owed."""
    by, billing = _operator(request), billing_of(request)
    because: Because = await auth.body(request, Because)
    wanted, key = request.path_params["id"], auth.optional_key(request)
    found, replayed = await refund_purchase(
        billing.archive, billing.delivery, wanted, because.reason, by, billing.clock(), key
    )
    return Json(view(found, None), headers=auth.replayed(replayed))


async def end_any_room(request: Request) -> Json:
    """Ends a room: no more gifts; what was said and given is kept for a while."""
    by, billing, hub = _operator(request), billing_of(request), hub_of(request)
    because: Because = await auth.body(request, Because)
    room = room_id_of(request)
    await close_room(billing.archive, hub.partitions, room, because.reason, by, billing.clock())
    return Json((await views(hub, [room]))[0])


def _operator(request: Request) -> str:
    # What operators do concerns all rooms, so a token that is bound to one is no good here.
    return auth.platform(request, or_role="operator")


def _key(request: Request) -> str:
    """The Idempotency-Key; one of its own for a request without one, as these move no value."""
    return auth.optional_key(request) or uuid7(billing_of(request).clock())


def _answer(view: FreezeView, posted: Posted, status_code: int = 200) -> Json:
    return Json(view, status_code=status_code, headers=auth.replayed(posted.duplicate))
