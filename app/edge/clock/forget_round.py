"""The bookkeeper's round that forgets the texts of removed comments and messages once nobody can appeal any more."""

from __future__ import annotations

from app.archive.archive import Archive
from app.archive.moderation import forget_texts
from app.base.clock import Clock
from app.edge.clock.rounds import Round

# The log shows none that is due, whether it is gone already or not.
FORGET_EVERY_S = 3600.0


def forget_round(archive: Archive, clock: Clock) -> Round:
    """The round; it needs nobody to do anything in any room."""

    async def forget() -> float:
        await archive.write(forget_texts, clock())
        return FORGET_EVERY_S

    return forget
