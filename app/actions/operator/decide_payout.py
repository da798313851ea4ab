"""A second person approves or rejects a payout, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from app.actions.books.payouts import keep
from app.archive import payouts
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.payouts import Decision, Payout, approve, reject
from app.rules.texts import lines, seen

Verdict = Literal["approve", "reject"]
VERDICTS: dict[Verdict, Callable[[Payout, str, str, int], Decision]] = {"approve": approve, "reject": reject}


async def decide_payout(
    archive: Archive, verdict: Verdict, payout_id: str, by: str, reason: str, now_ms: int
) -> Payout:
    """The payout afterwards; its diamonds move when its entries are delivered.

    Args:
        archive: where it is kept.
        verdict: what is decided; again the same, by whomever, changes nothing.
        payout_id: of which payout.
        by: who decides, as rules/actors.py names them.
        reason: why.
        now_ms: milliseconds since 1970.

    Raises:
        Refusal: `unknown_payout`, `needs_second_person`, `too_late`, `bad_request` for a blank reason, or
            `unavailable`: its diamonds are not held yet.
    """
    text = seen("reason", lines(reason))
    return await archive.write(_decide, VERDICTS[verdict], payout_id, by, text, now_ms)


def _decide(
    connection: Connection,
    verdict: Callable[[Payout, str, str, int], Decision],
    payout_id: str,
    by: str,
    reason: str,
    now_ms: int,
) -> Payout:
    payout = payouts.find(connection, payout_id, lock=True)
    if payout is None:
        raise Refusal("unknown_payout")
    return keep(connection, verdict(payout, by, reason, now_ms), now_ms)
