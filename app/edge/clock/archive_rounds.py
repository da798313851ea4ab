"""What the bookkeeper does with the journal by the clock: what is new is archived, what is old leaves the store."""

from __future__ import annotations

from collections.abc import Sequence

from app.actions.books.archive_journal import Archiver
from app.base.book_metrics import BookMetrics
from app.base.errors import BooksBroken
from app.edge.clock.rounds import Round

ARCHIVE_EVERY_S = 0.2
TRIM_EVERY_S, TRIM_AGAIN_S = 5.0, 0.05
# Of more, each is looked at less often: looking takes a few percent of a core.
PARTITIONS_AT_ONCE = 16


def archive_rounds(archivers: Sequence[Archiver], metrics: BookMetrics) -> list[Round]:
    """The rounds of each partition's archiver: one that is away holds up none of the others.

    A store that trims nothing still archives, and the other way round.
    """
    waiting, broken = dict[int, int](), set[int]()
    every = max(1.0, len(archivers) / PARTITIONS_AT_ONCE)

    def rounds_of(k: int, archiver: Archiver) -> list[Round]:
        async def archive() -> float:
            try:
                step = await archiver.step()
            except BooksBroken:
                broken.add(k)
                raise
            broken.discard(k)
            waiting[k] = step.waiting
            metrics.broken.set(int(bool(broken)))
            metrics.waiting.set(sum(waiting.values()))
            if step.archived:
                metrics.archived.inc(step.archived)
                metrics.delay.observe(max(0, step.waited_ms) / 1000)
            return 0.0 if step.archived and step.waiting else every * ARCHIVE_EVERY_S

        async def trim() -> float:
            dropped = await archiver.trim()
            metrics.trimmed.inc(dropped)
            return TRIM_AGAIN_S if dropped else every * TRIM_EVERY_S

        return [archive, trim]

    return [one for k, archiver in enumerate(archivers) for one in rounds_of(k, archiver)]
