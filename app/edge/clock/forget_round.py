"""The bookkeeper's round that forgets what is kept for a time alone."""

from __future__ import annotations

from app.archive import approvals, unusual
from app.archive.archive import Archive
from app.archive.moderation import forget_texts
from app.base.clock import Clock
from app.edge.clock.rounds import Round

# Nothing that is due is shown, whether it is gone already or not.
FORGET_EVERY_S = 3600.0


def forget_round(archive: Archive, clock: Clock) -> Round:
    """The round: texts that nobody can appeal for any more, decided approvals, addresses of old purchases."""

    async def forget() -> float:
        for forget_some in (forget_texts, approvals.forget, unusual.forget):
            await archive.write(forget_some, clock())
        return FORGET_EVERY_S

    return forget
