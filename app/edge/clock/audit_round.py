"""The auditor's round in the bookkeeper: it says loudly what does not agree, and shows it as a metric."""

from __future__ import annotations

import logging

from app.actions.books.auditor import Auditor
from app.base.book_metrics import BookMetrics
from app.base.log import Throttle
from app.edge.clock.rounds import Round

# At the archive's end, and while there is more of it to be proved: others on this machine go first.
AUDIT_EVERY_S, AUDIT_AGAIN_S = 10.0, 0.5
TOLD_MAX = 5

log = logging.getLogger(__name__)


def audit_round(auditor: Auditor, metrics: BookMetrics) -> Round:
    """The round."""
    throttle = Throttle(log)

    async def audit() -> float:
        audited = await auditor.step()
        metrics.drift.set(audited.drift)
        metrics.proved_n.set(audited.n)
        if audited.drifts:
            told = "; ".join(drift.told for drift in audited.drifts[:TOLD_MAX])
            more = f"; and {len(audited.drifts) - TOLD_MAX} more" if len(audited.drifts) > TOLD_MAX else ""
            throttle.say(
                logging.ERROR,
                "drift",
                "STORE AND BOOKS DIFFER by %d (see `fanfare ledger reconcile`): %s%s",
                audited.drift,
                told,
                more,
            )
        return AUDIT_EVERY_S if audited.at_end else AUDIT_AGAIN_S

    return audit
