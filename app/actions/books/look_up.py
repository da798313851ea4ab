"""Asks the archive what became of intents whose keys the store has dropped."""

from __future__ import annotations

from collections.abc import Sequence

from app.archive.archive import Archive
from app.archive.entries import find_entries
from app.rules.moves import Move
from app.store.moves import Found, LookUp


def look_up_in(archive: Archive) -> LookUp:
    """How `Moves` asks this archive. It raises ArchiveError where that cannot be used now."""

    async def look_up(k: int, keys: Sequence[str]) -> Found:
        checked_n, found = await archive.read(find_entries, keys, k)
        moves = {key: (n, entry) for key, (n, entry) in found.items() if isinstance(entry, Move)}
        return Found(checked_n, moves)

    return look_up
