"""A second person approves or rejects a payout, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from app.actions.books.payouts import keep
from app.archive import asked, audit_log, payouts
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.audit_log import Act
from app.rules.payouts import Decision, Payout, approve, reject
from app.rules.texts import lines, seen

Verdict = Literal["approve", "reject"]
VERDICTS: dict[Verdict, Callable[[Payout, str, str, int], Decision]] = {"approve": approve, "reject": reject}


async def decide_payout(
    archive: Archive, verdict: Verdict, payout_id: str, by: str, reason: str, now_ms: int, key: str | None = None
) -> tuple[Payout, bool]:
    """The payout afterwards, and whether its key had decided so before; diamonds move when its entries are delivered.

    Args:
        archive: where it is kept.
        verdict: what is decided; again the same, by whomever, changes nothing.
        payout_id: of which payout.
        by: who decides, as rules/actors.py names them.
        reason: why.
        now_ms: milliseconds since 1970.
        key: the Idempotency-Key of whoever decides, where there is one.

    Raises:
        Refusal: `unknown_payout`, `needs_second_person`, `too_late`, `id_reused`, `bad_request` for a blank reason, or
            `unavailable`: its diamonds are not held yet.
    """
    text = seen("reason", lines(reason))
    return await archive.write(_decide, verdict, payout_id, by, text, now_ms, key)


def _decide(
    connection: Connection,
    verdict: Verdict,
    payout_id: str,
    by: str,
    reason: str,
    now_ms: int,
    key: str | None,
) -> tuple[Payout, bool]:
    payout = payouts.find(connection, payout_id, lock=True)
    if payout is None:
        raise Refusal("unknown_payout")
    if asked.before(connection, by, key, verdict, payout_id, reason):
        return payout, True
    decision = VERDICTS[verdict](payout, by, reason, now_ms)
    decided = keep(connection, decision, now_ms)
    if decided != payout:
        act = Act(by, f"{verdict}_payout", payout.user, reason, f"{payout.id}: {payout.money(payout.net)}")
        audit_log.append(connection, act, now_ms)
    return decided, False
