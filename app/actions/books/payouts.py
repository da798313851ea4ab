"""Stores decisions about payouts, outcomes of their rails, and the results of their entries."""

from __future__ import annotations

import logging

import msgspec

from app.actions.books.deliver import Told
from app.archive import outbox, payouts
from app.archive.archive import Connection
from app.base.errors import SLUGS, Refusal
from app.rails.payouts.rail import Outcome
from app.rules.entries import PayoutHold, PayoutPaid, PayoutReturned
from app.rules.moves import Move
from app.rules.payouts import Decision, Payout, at_once, hear, held, not_held
from app.store.moves import Posted

log = logging.getLogger(__name__)


def keep(connection: Connection, decision: Decision, now_ms: int) -> Payout:
    """Writes a decision down: the payout, and the entries that are to be posted for it."""
    payouts.save(connection, decision.payout)
    outbox.put(connection, decision.entries, now_ms)
    if decision.alarm:
        log.error("payout %s has to be looked at: %s", decision.payout.id, decision.alarm)
    return decision.payout


def hear_outcome(connection: Connection, payout_id: str, outcome: Outcome, now_ms: int) -> Payout | None:
    """Writes down what its rail says of a payout; the payout afterwards, None where there is none of that id."""
    payout = payouts.find(connection, payout_id, lock=True)
    if payout is None:
        return None
    return keep(connection, hear(payout, outcome.status, outcome.reference, outcome.reason, now_ms), now_ms)


def ask_at_once(connection: Connection, payout_id: str, now_ms: int) -> bool:
    """Makes a payout due, so that its rail is asked now; whether there is one of that id."""
    payout = payouts.find(connection, payout_id, lock=True)
    if payout is None:
        return False
    payouts.save(connection, at_once(payout, now_ms))
    return True


def _held(connection: Connection, entry: PayoutHold, result: Posted | Refusal, now_ms: int) -> None:
    payout = payouts.find(connection, entry.id, lock=True)
    if payout is None:
        log.error("there is no payout %s, and %d milli-diamonds were to be held for it", entry.id, entry.milli)
    elif isinstance(result, Refusal):
        # The void entry was posted by an earlier delivery, which knew the reason.
        slug = "insufficient_diamonds" if result.slug == "id_reused" else result.slug
        payouts.save(connection, not_held(payout, SLUGS[slug].message, now_ms))
    else:
        payouts.save(connection, held(payout, result.n, now_ms))


def _ended(connection: Connection, entry: PayoutPaid | PayoutReturned, result: Posted | Refusal, now_ms: int) -> None:
    if isinstance(result, Refusal):
        log.error("payout %s: its entry %s cannot be posted: %s", entry.id, entry.kind, result)
    elif payout := payouts.find(connection, entry.id, lock=True):
        name = "paid_n" if isinstance(entry, PayoutPaid) else "back_n"
        payouts.save(connection, msgspec.structs.replace(payout, **{name: result.n}))


PAYOUTS_TOLD: dict[type[Move], Told] = {PayoutHold: _held, PayoutPaid: _ended, PayoutReturned: _ended}
