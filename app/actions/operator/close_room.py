"""An operator ends a room that somebody else has opened."""

from __future__ import annotations

from app.actions.manage_room import RoomChange, change_room
from app.archive import audit_log
from app.archive.archive import Archive
from app.rules.audit_log import Act
from app.rules.texts import lines, seen
from app.store.partitions import Partitions


async def close_room(archive: Archive, partitions: Partitions, room: str, reason: str, by: str, now_ms: int) -> None:
    """Ends the room: no more gifts; what was said and given is kept for a while. Before that, the audit log says so.

    Raises:
        Refusal: `room_not_found`, or `bad_request` for a blank reason.
        ArchiveError: it cannot be written down, and is not done.
    """
    await (await partitions.at(room)).get(room)
    await archive.write(audit_log.append, Act(by, "end_room", room, seen("reason", lines(reason))), now_ms)
    await change_room(partitions, room, RoomChange(status="ended"))
