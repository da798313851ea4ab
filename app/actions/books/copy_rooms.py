"""Copies rooms' lasting properties from the store into the archive, where they have changed."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

import msgspec

from app.archive import rooms as archived
from app.archive.archive import Archive
from app.archive.rooms import Lasting
from app.base.clock import Clock
from app.store.moderation import LastingModeration, lasting_moderation
from app.store.overlays import overlays_of
from app.store.partitions import Partitions
from app.store.rooms import ENDED_KEPT_MS, Rooms

ROOMS_A_CALL = 200
FORGET_EVERY_MS = 3_600_000


class RoomCopier:
    """Knows which live rooms the archive has, and copies what differs; two at once do no harm."""

    def __init__(self, partitions: Partitions, archive: Archive, clock: Clock) -> None:
        self._partitions = partitions
        self._archive = archive
        self._clock = clock
        self._known: dict[str, Lasting] | None = None
        self._moderation: dict[str, LastingModeration] = {}
        self._forgot_ms = 0

    async def step(self) -> int:
        """Copies what has changed; how many rooms.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: a partition cannot be used now; the others' rooms were copied.
            Refusal: `uninitialised`, in the same way.
        """
        now_ms = self._clock()
        if now_ms - self._forgot_ms > FORGET_EVERY_MS:
            await self._archive.write(archived.forget_ended, now_ms - ENDED_KEPT_MS)
            self._forgot_ms = now_ms
        if self._known is None:
            self._known = await self._archive.read(archived.live_rooms)
        known = self._known
        # A partition that cannot be used now holds up none of the others.
        all_rooms = self._partitions.rooms
        parts = await asyncio.gather(*(self._rooms_in(rooms, known) for rooms in all_rooms), return_exceptions=True)
        found, whole, failed = dict[str, Lasting](), set[int](), list[BaseException]()
        for k, part in enumerate(parts):
            if isinstance(part, BaseException):
                failed.append(part)
            elif part is not None:
                whole.add(k)
                found |= part
        changed = [one for room, one in found.items() if known.get(room) != one]
        # Of the others nobody knows now what has become of their rooms.
        others = {room: one for room, one in known.items() if room not in found and one.partition not in whole}
        gone = [room for room in known if room not in found and room not in others]
        if changed or gone:
            self._known = None
            await self._archive.write(archived.keep_rooms, changed, gone, now_ms)
        self._known = {room: one for room, one in found.items() if one.room.status == "live"} | others
        self._moderation = {room: one for room, one in self._moderation.items() if room in self._known}
        if failed:
            raise failed[0]
        return len(changed) + len(gone)

    async def _rooms_in(self, rooms: Rooms, known: Mapping[str, Lasting]) -> dict[str, Lasting] | None:
        """A partition's live rooms, and what has become of those that are known there.

        None while it has rooms as they once were, or none at all.
        """
        before = await rooms.standing.see()
        found = await self._read(rooms, await rooms.all_live())
        # These have ended, or were forgotten since.
        here = rooms.standing.partition
        ended = [room for room, one in known.items() if one.partition == here and room not in found]
        found |= await self._read(rooms, ended)
        after = await rooms.standing.see()
        lost = before.lost_term or after.lost_term or before.mark.term != after.mark.term
        return None if lost else found

    async def _read(self, rooms: Rooms, ids: list[str]) -> dict[str, Lasting]:
        found: dict[str, Lasting] = {}
        for at in range(0, len(ids), ROOMS_A_CALL):
            some = ids[at : at + ROOMS_A_CALL]
            shown = await rooms.shown(some)
            overlays = await overlays_of(rooms.standing, list(shown))
            moderation = await lasting_moderation(rooms.standing, list(shown), self._moderation)
            self._moderation.update(moderation)
            for (room_id, (room, _)), overlay in zip(shown.items(), overlays, strict=True):
                decided = dict(moderation[room_id].values)
                lasting = msgspec.structs.replace(room, epoch="")
                found[room_id] = Lasting(lasting, overlay, decided, rooms.standing.partition)
        return found
