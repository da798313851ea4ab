"""The payer's round, and the metric of payouts that have not come to an end."""

from __future__ import annotations

from app.actions.books.pay_out import Payer
from app.archive import payouts
from app.archive.archive import Archive
from app.base.book_metrics import BookMetrics
from app.edge.clock.rounds import Round


def pay_round(payer: Payer, archive: Archive, metrics: BookMetrics) -> Round:
    """Submits and follows payouts, and counts those that are open."""

    async def pay() -> float:
        wait_s = await payer.step()
        for status, count in (await archive.read(payouts.count_open)).items():
            metrics.payouts.labels(status).set(count)
        return wait_s

    return pay
