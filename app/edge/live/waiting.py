"""Gifts that wait for a guardian: the guardian is asked before the ward is answered, so that nobody waits in vain."""

from __future__ import annotations

import asyncio
import logging
import traceback

from app.actions.guardian.decide_approvals import Approvals
from app.base.errors import ArchiveError, Refusal, StoreError, unavailable
from app.base.log import Throttle
from app.edge.live.hub import Hub
from app.rules.approvals import About, Approval
from app.rules.gifts import GiftOrder, error_json
from app.rules.spending import refusal_of
from app.store.client import reason_of

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Waiting:
    """The gifts of a worker that wait; each asks once, however often it is sent."""

    def __init__(self, hub: Hub, approvals: Approvals) -> None:
        self._hub = hub
        self._approvals = approvals
        self._tasks: set[asyncio.Task[None]] = set()

    def take(self, order: GiftOrder, until_ms: int) -> None:
        """Takes a gift that waits until then: asks the guardian, and answers whoever sent it."""
        task = asyncio.create_task(self._answer(order, until_ms))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Cancels what is under way: whoever sent it sends it again."""
        for task in tuple(self._tasks):
            task.cancel()

    async def _answer(self, order: GiftOrder, until_ms: int) -> None:
        try:
            refusal = await self._ask(order, until_ms)
        except Refusal as refused:
            refusal = refused
        except ArchiveError:
            refusal = unavailable("archive")
        except StoreError as error:
            refusal = unavailable(reason_of(error))
        except Exception:
            refusal = Refusal("unknown_outcome")
            throttle.say(logging.ERROR, "waiting", "a guardian could not be asked:\n%s", traceback.format_exc())
        if refusal is not None:
            for reply in (order.reply, *order.again):
                reply(error_json(refusal, order.wire.id))

    async def _ask(self, order: GiftOrder, until_ms: int) -> Refusal | None:
        """What the sender is told; None where the gift goes on its way."""
        asked = await self._approvals.ask(self._approval(order, until_ms))
        if asked is None or asked.state == "refused":
            return refusal_of("guardian|0|0")
        if asked.state == "approved":
            self._hub.gifts.go_on(order)
            return None
        if asked.state == "expired" or self._hub.server_ms() >= asked.expires_ms:
            return Refusal("id_expired", "No guardian has answered in time; nothing was spent.")
        return Refusal("approval_needed", approval=asked.id, expires_ms=asked.expires_ms)

    def _approval(self, order: GiftOrder, until_ms: int) -> Approval:
        wire, live = order.wire, self._hub.live.get(order.room)
        room = live.room if live is not None and live.started else None
        payee = room.payee(wire.receiver) if room is not None else None
        return Approval(
            id=f"{wire.sender}:{wire.id}",
            ward=wire.sender,
            guardian="",
            kind="gift",
            coins=wire.coins,
            about=About(
                gift=order.gift,
                quantity=wire.quantity,
                receiver=wire.receiver,
                receiver_name=payee.name if payee is not None else None,
                room=order.room,
                room_title=room.title if room is not None else None,
            ),
            asked_ms=self._hub.server_ms(),
            expires_ms=until_ms,
        )
