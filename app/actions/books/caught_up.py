"""Waits for the archive, which is a moment behind the ledger."""

from __future__ import annotations

import asyncio

from app.archive.archive import Archive
from app.archive.cursor import read_cursor

LOOK_AGAIN_S = 0.05


async def caught_up(archive: Archive, n: int, within_s: float, partition: int = 0) -> bool:
    """Whether the archive has a partition's journal up to n, after so much time at most."""
    try:
        async with asyncio.timeout(within_s):
            while (await archive.read(read_cursor, partition)).n < n:  # noqa: ASYNC110  # another process moves it
                await asyncio.sleep(LOOK_AGAIN_S)
    except TimeoutError:
        return False
    return True
