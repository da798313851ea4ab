"""Promotions in the bookkeeper: what was paid runs, what is counted is kept, and what is over gives back the rest.

Each step may be done again by anyone: two bookkeepers at once, or one that died between any two of them, do no harm.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress

import msgspec

from app.actions.books.deliver import Delivery, Told
from app.archive import outbox, promotion_visits, promotions
from app.archive.archive import Archive, Connection
from app.base.clock import Clock
from app.base.errors import Refusal, StoreError
from app.rules.entries import Promotion as PromotionEntry
from app.rules.entries import PromotionReturned
from app.rules.moves import Move
from app.rules.people_marks import mark_of_person
from app.rules.promotions import Promotion, end, refuse, start, why_over, why_room_ends
from app.rules.rooms import Room
from app.rules.spending import words_of
from app.store import everywhere
from app.store.moves import Posted
from app.store.partitions import Partitions
from app.store.promotions import Counted, Promotions

RUNNING_MAX = 2000
ROOMS_AT_ONCE = 100
VISITS_AT_ONCE = 200
EVERY_S = 1.0

log = logging.getLogger(__name__)


class Promoter:
    """Sees to all promotions, again and again.

    Args:
        archive: where they are kept.
        running: where they run.
        partitions: where the rooms are that they are for.
        delivery: brings back the rest.
        clock: milliseconds since 1970.
    """

    def __init__(
        self, archive: Archive, running: Promotions, partitions: Partitions, delivery: Delivery, clock: Clock
    ) -> None:
        self._archive = archive
        self._running = running
        self._partitions = partitions
        self._delivery = delivery
        self._clock = clock

    async def round(self) -> float:
        """Does all that is to be done now; the seconds to wait. Raises as `step` does."""
        await self.step()
        await self._archive.write(promotion_visits.look, self._clock(), VISITS_AT_ONCE)
        return EVERY_S

    async def step(self) -> int:
        """Begins, counts and ends; how many have ended.

        Raises:
            Refusal: the ledger refuses all for now.
            StoreError: the store cannot be reached.
            ArchiveError: the archive cannot be used.
        """
        # In this order: one that begins between the two is not taken for one that is over.
        there = await self._running.ids()
        running = await self._archive.read(promotions.running, RUNNING_MAX)
        counted = await self._running.counted([promotion.id for promotion in running])
        for promotion in running:
            if promotion.id not in counted:
                counted[promotion.id] = await self._begin(promotion)
        room_ends = await self._room_ends(running)
        ended, grown = 0, list[tuple[str, Counted]]()
        for promotion in running:
            now = counted[promotion.id]
            why = now.stopped or why_over(promotion, now.counted, room_ends.get(promotion.room, ""), self._clock())
            if why:
                await self._end(promotion, why)
                ended += 1
            elif now.counted > promotion.delivered:
                grown.append((promotion.id, now))
        if grown:
            await self._archive.write(_note, grown)
        if ended:
            await self._delivery.deliver()
        for one in set(there) - {promotion.id for promotion in running}:
            await self._running.forget(one)
        return ended

    async def _begin(self, promotion: Promotion) -> Counted:
        parts = await self._archive.read(promotions.parts_of, promotion.id)
        await self._running.put(promotion, mark_of_person(promotion.user), parts)
        return Counted(promotion.delivered, parts)

    async def _end(self, promotion: Promotion, why: str) -> None:
        # First nothing more is counted, then what was counted is what counts.
        counted = await self._running.stop(promotion.id, why) or Counted(promotion.delivered)
        await self._archive.write(_ended, promotion.id, counted, counted.stopped or why, self._clock())

    async def _room_ends(self, running: list[Promotion]) -> dict[str, str]:
        """Why their rooms end them, '' where one does not; a room that cannot be asked for now is left out."""
        ids = sorted({promotion.room for promotion in running})
        found: dict[str, Room | None] = {}
        for at in range(0, len(ids), ROOMS_AT_ONCE):
            with suppress(StoreError):
                shown = await everywhere.shown(self._partitions, ids[at : at + ROOMS_AT_ONCE])
                found |= {room_id: room for room_id, (room, _) in shown.items()}
        # What is not shown may be in a partition that is away for a moment; what has ended has ended for good.
        missing = [room_id for room_id in ids if room_id not in found]
        gone = await asyncio.gather(*(everywhere.is_gone(self._partitions, room_id) for room_id in missing))
        found |= {room_id: None for room_id, is_gone in zip(missing, gone, strict=True) if is_gone}
        return {room_id: why_room_ends(room) for room_id, room in found.items()}


def _note(connection: Connection, grown: list[tuple[str, Counted]]) -> None:
    for promotion_id, now in grown:
        promotions.note(connection, promotion_id, now.counted, now.parts)


def _ended(connection: Connection, promotion_id: str, counted: Counted, why: str, now_ms: int) -> None:
    found = promotions.find(connection, promotion_id, lock=True)
    if found is None or found.status != "running":
        # Another one was faster.
        return
    promotions.note(connection, promotion_id, counted.counted, counted.parts)
    ended, entries = end(found, counted.counted, why, now_ms)
    promotions.save(connection, ended)
    outbox.put(connection, entries, now_ms)


def _spent(connection: Connection, entry: PromotionEntry, result: Posted | Refusal, now_ms: int) -> None:
    found = promotions.find(connection, entry.id, lock=True)
    if found is None:
        return
    if isinstance(result, Refusal) and found.status in ("asked", "running"):
        # The void entry was posted by an earlier delivery, which knew the reason: mostly coins were too few.
        # One that runs was paid by an entry that the store has lost since.
        why = "insufficient_coins" if result.slug == "id_reused" else words_of(result)
        promotions.save(connection, refuse(found, why, now_ms))
    elif isinstance(result, Posted) and found.status == "asked":
        promotions.save(connection, start(found, result.n, now_ms))


def _given_back(connection: Connection, entry: PromotionReturned, result: Posted | Refusal, now_ms: int) -> None:
    found = promotions.find(connection, entry.id, lock=True)
    if found is None or found.status != "returning":
        return
    if isinstance(result, Refusal):
        log.error("promotion %s has ended and cannot give back %d coins: %s", entry.id, entry.coins, result)
    else:
        promotions.save(connection, msgspec.structs.replace(found, status="ended", returned=entry.coins))


PROMOTIONS_TOLD: dict[type[Move], Told] = {PromotionEntry: _spent, PromotionReturned: _given_back}
"""Who writes down what became of a promotion's entries."""
