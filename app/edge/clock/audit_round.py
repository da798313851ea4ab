"""The auditors' round in the bookkeeper: it says loudly what does not agree, and shows it as a metric."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from time import monotonic

from app.actions.books.auditor import Audited, Auditor
from app.base.book_metrics import BookMetrics
from app.base.log import Throttle
from app.edge.clock.rounds import Round
from app.rules.partitions import where

# While there is more of the archive to be proved: others on this machine go first.
AUDIT_AGAIN_S = 0.5
# At its end: ten times what the last look took, so that looking takes a tenth of a core at most.
REST, REST_MIN_S, REST_MAX_S = 10, 1.0, 10.0
TOLD_MAX = 5

log = logging.getLogger(__name__)


def audit_round(auditors: Sequence[Auditor], metrics: BookMetrics) -> Round:
    """The round: one partition's step after the other's."""
    throttle, turn = Throttle(log), 0
    found: dict[int, Audited] = {}

    async def audit() -> float:
        nonlocal turn
        k, turn = turn, (turn + 1) % len(auditors)
        started_s = monotonic()
        audited = found[k] = await auditors[k].step()
        rest_s = min(max(REST_MIN_S, REST * (monotonic() - started_s)), REST_MAX_S)
        drift = sum(one.drift for one in found.values())
        metrics.drift.set(drift)
        metrics.proved_n.set(sum(one.n for one in found.values()))
        if drifts := [f"{where(at, len(auditors))}{one.told}" for at in sorted(found) for one in found[at].drifts]:
            told = "; ".join(drifts[:TOLD_MAX])
            more = f"; and {len(drifts) - TOLD_MAX} more" if len(drifts) > TOLD_MAX else ""
            throttle.say(
                logging.ERROR,
                "drift",
                "STORE AND BOOKS DIFFER by %d (see `fanfare ledger reconcile`): %s%s",
                drift,
                told,
                more,
            )
        return rest_s if audited.at_end else AUDIT_AGAIN_S

    return audit
