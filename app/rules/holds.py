"""When pending diamonds may be paid out: after a hold, in which a chargeback shows what was not really paid for."""

from __future__ import annotations

SPANS_A_HOLD = 8
SPAN_MS_MIN, SPAN_MS_MAX = 1000, 3_600_000


def due_ms(earned_ms: int, hold_ms: int) -> int:
    """When the hold of what was earned at that time is over, rounded up: what is due together is settled together."""
    span_ms = min(max(hold_ms // SPANS_A_HOLD, SPAN_MS_MIN), SPAN_MS_MAX)
    return -(-(earned_ms + hold_ms) // span_ms) * span_ms
