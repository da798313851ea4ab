"""What the bookkeeper does with the journal by the clock: what is new is archived, what is old leaves the store."""

from __future__ import annotations

from app.actions.books.archive_journal import Archiver
from app.base.book_metrics import BookMetrics
from app.edge.clock.rounds import Round

ARCHIVE_EVERY_S = 0.2
TRIM_EVERY_S, TRIM_AGAIN_S = 5.0, 0.05


def archive_rounds(archiver: Archiver, metrics: BookMetrics) -> list[Round]:
    """The archiver's rounds: a store that trims nothing still archives, and the other way round."""

    async def archive() -> float:
        step = await archiver.step()
        metrics.broken.set(0)
        metrics.waiting.set(step.waiting)
        if step.archived:
            metrics.archived.inc(step.archived)
            metrics.delay.observe(max(0, step.waited_ms) / 1000)
        return 0.0 if step.archived and step.waiting else ARCHIVE_EVERY_S

    async def trim() -> float:
        dropped = await archiver.trim()
        metrics.trimmed.inc(dropped)
        return TRIM_AGAIN_S if dropped else TRIM_EVERY_S

    return [archive, trim]
