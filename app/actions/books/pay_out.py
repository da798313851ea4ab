"""Submits approved payouts to their rails, and asks the rails for the outcome. Two at once do no harm."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from app.actions.books.deliver import Delivery
from app.actions.books.payouts import hear_outcome, keep
from app.archive import cases, payouts, switches
from app.archive.archive import Archive, Connection
from app.archive.cursor import home_of
from app.archive.entries import find_entries
from app.base.clock import Clock
from app.base.errors import RailError, Refusal, StoreError
from app.base.log import Throttle
from app.rails.payouts.rail import PayoutRail, Transfer
from app.rules.entries import PayoutHold
from app.rules.payouts import Payout, hold_again, hold_of, later, submit
from app.store.diamonds import read_diamonds
from app.store.partitions import Partitions

AT_ONCE_MAX = 20
LOOK_EVERY_S, LOOK_AGAIN_S = 1.0, 0.05

log = logging.getLogger(__name__)


class Payer:
    """The payer of all partitions.

    A payout is stored as submitted before its rail is called. If the process dies after that, the next one submits it
    again under the same id, for which a rail pays once.
    """

    def __init__(
        self,
        archive: Archive,
        partitions: Partitions,
        rails: Mapping[str, PayoutRail],
        delivery: Delivery,
        clock: Clock,
    ) -> None:
        self._archive = archive
        self._partitions = partitions
        self._rails = rails
        self._delivery = delivery
        self._clock = clock
        self._log = Throttle(log)

    async def step(self) -> float:
        """Goes on with all that is due; in how many seconds to look again.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: what was decided cannot be delivered to the store now.
            Refusal: `uninitialised` or `unavailable`, as the delivery raises it.
        """
        found = await self._archive.read(_due, self._clock())
        done = await asyncio.gather(*map(self._go_on, found), return_exceptions=True)
        for result in done:
            if isinstance(result, BaseException):
                raise result
        delivered = await self._delivery.deliver()
        return LOOK_AGAIN_S if found or delivered else LOOK_EVERY_S

    async def _go_on(self, payout: Payout) -> None:
        rail = self._rails.get(payout.rail)
        if rail is None:
            await self._wait(payout, f"the rail {payout.rail} is not set up here")
            return
        if payout.status == "approved":
            try:
                diamonds = await read_diamonds(self._partitions.of(payout.user), payout.user)
            except (StoreError, Refusal) as error:
                # The person's partition is away; the others' payouts go on.
                await self._wait(payout, str(error))
                return
            if diamonds.frozen:
                await self._wait(payout, f"{payout.user} is frozen")
                return
            if await self._archive.read(cases.is_suspect, payout.user):
                await self._wait(payout, f"{payout.user} is under review")
                return
            held = await self._archive.read(_is_held, payout)
            if not held:
                await self._archive.write(_later if held is None else _hold_again, payout.id, self._clock())
                return
            payout = await self._archive.write(_submitted, payout.id, self._clock())
        if payout.status not in ("submitted", "paid"):
            return
        try:
            outcome = await (
                rail.poll(transfer_of(payout), payout.reference)
                if payout.reference
                else rail.submit(transfer_of(payout))
            )
        except RailError as error:
            await self._wait(payout, str(error))
        else:
            await self._archive.write(hear_outcome, payout.id, outcome, self._clock())

    async def _wait(self, payout: Payout, why: str) -> None:
        self._log.say(logging.ERROR, payout.id, "payout %s waits: %s", payout.id, why)
        await self._archive.write(_later, payout.id, self._clock())


def transfer_of(payout: Payout) -> Transfer:
    """A payout as its rail sees it: the same whenever it is asked."""
    return Transfer(
        id=payout.id,
        destination=payout.destination,
        amount=payout.money(payout.net),
        since_ms=payout.submitted_ms,
    )


def _is_held(connection: Connection, payout: Payout) -> bool | None:
    """Whether the archive has its hold, None where it is behind: what a store may still lose is not paid for."""
    hold = hold_of(payout)
    archived_n, found = find_entries(connection, [hold.key], home_of(connection, payout.user))
    if archived_n < payout.held_n:
        return None
    _, entry = found.get(hold.key, (0, None))
    return isinstance(entry, PayoutHold) and entry.milli == hold.milli


def _due(connection: Connection, now_ms: int) -> list[Payout]:
    # While payouts are switched off nothing is submitted, and of what was submitted the outcome is asked for.
    return payouts.due(connection, now_ms, AT_ONCE_MAX, submits=switches.is_on(connection, "payouts"))


def _submitted(connection: Connection, payout_id: str, now_ms: int) -> Payout:
    on = switches.is_on(connection, "payouts", lock=True)
    payout = payouts.find(connection, payout_id, lock=True)
    assert payout is not None, "payouts are never removed"
    if not on:
        return payout
    payout = submit(payout, now_ms)
    payouts.save(connection, payout)
    return payout


def _hold_again(connection: Connection, payout_id: str, now_ms: int) -> None:
    payout = payouts.find(connection, payout_id, lock=True)
    assert payout is not None, "payouts are never removed"
    keep(connection, hold_again(payout, now_ms), now_ms)


def _later(connection: Connection, payout_id: str, now_ms: int) -> None:
    payout = payouts.find(connection, payout_id, lock=True)
    # Another payer may have come to an end with it meanwhile.
    if payout is not None and payout.due_ms:
        payouts.save(connection, later(payout, now_ms))
