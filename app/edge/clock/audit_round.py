"""The auditor's round in the bookkeeper: it says loudly what does not agree, and shows it as a metric."""

from __future__ import annotations

import logging
from time import monotonic

from app.actions.books.auditor import Auditor
from app.base.book_metrics import BookMetrics
from app.base.log import Throttle
from app.edge.clock.rounds import Round

# While there is more of the archive to be proved: others on this machine go first.
AUDIT_AGAIN_S = 0.5
# At its end: ten times what the last look took, so that looking takes a tenth of a core at most.
REST, REST_MIN_S, REST_MAX_S = 10, 1.0, 10.0
TOLD_MAX = 5

log = logging.getLogger(__name__)


def audit_round(auditor: Auditor, metrics: BookMetrics) -> Round:
    """The round."""
    throttle = Throttle(log)

    async def audit() -> float:
        started_s = monotonic()
        audited = await auditor.step()
        rest_s = min(max(REST_MIN_S, REST * (monotonic() - started_s)), REST_MAX_S)
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
        return rest_s if audited.at_end else AUDIT_AGAIN_S

    return audit
