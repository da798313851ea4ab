"""What providers say of purchases, what became of their entries, and what is done about them by the clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from app.actions.books.deliver import Told
from app.archive import outbox, purchases, unusual
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.base.log import Throttle
from app.rails.payments.provider import Payments, ProviderError
from app.rules.entries import Purchase, Refund, Withdrawal
from app.rules.moves import Move
from app.rules.purchases import Decision, Word, expire, hear
from app.store.moves import Posted

OVERDUE_MAX = 100
RETRY_FIRST_MS, RETRY_MAX_MS = 2_000, 3_600_000

log = logging.getLogger(__name__)
_throttle = Throttle(log)


class Heard(NamedTuple):
    """What came of a word: of which purchase ("" for none that is known), its status, and why."""

    purchase: str
    status: str
    why: str


def hear_word(connection: Connection, provider: str, word: Word, now_ms: int) -> Heard:
    """Writes down what a provider's word makes of a purchase, with the entries that are to be posted for it."""
    purchase = purchases.find(connection, word.purchase, lock=True) if word.purchase else None
    if purchase is None and word.payment:
        purchase = purchases.find_by_payment(connection, provider, word.payment)
    if purchase is None or purchase.provider != provider:
        return Heard("", "", "no such purchase is known")
    decision = hear(purchase, word)
    keep(connection, decision, now_ms)
    return Heard(purchase.id, decision.purchase.status, decision.why)


def keep(connection: Connection, decision: Decision, now_ms: int) -> None:
    """Writes a decision down: the purchase, and the entries that are to be posted for it."""
    purchases.save(connection, decision.purchase)
    outbox.put(connection, decision.entries, now_ms)


def expire_overdue(connection: Connection, now_ms: int) -> int:
    """Ends purchases that nobody has paid in time; how many there were. A payment that comes late still counts."""
    ids = purchases.overdue(connection, now_ms, OVERDUE_MAX)
    for purchase_id in ids:
        if purchase := purchases.find(connection, purchase_id, lock=True):
            keep(connection, expire(purchase), now_ms)
    return len(ids)


def end_checkouts(connection: Connection, user: str, now_ms: int) -> None:
    """Ends all open checkouts of somebody who may buy nothing now. A payment that comes all the same still counts."""
    for purchase_id in purchases.open_of(connection, user):
        if purchase := purchases.find(connection, purchase_id, lock=True):
            keep(connection, expire(purchase), now_ms)


async def give_back_due(archive: Archive, providers: Mapping[str, Payments], now_ms: int) -> int:
    """Has the providers give back what is due; how many there were. What fails is tried again later, for ever."""
    due = await archive.read(purchases.due_give_backs, now_ms, OVERDUE_MAX)
    for undo_id, purchase, minor, tries in due:
        provider = providers.get(purchase.provider)
        try:
            if provider is None:
                raise ProviderError(f"the provider {purchase.provider} is not set up here")
            await provider.give_back(purchase, minor, undo_id)
        except ProviderError as error:
            wait_ms = min(RETRY_FIRST_MS * 2 ** min(tries, 20), RETRY_MAX_MS)
            _throttle.say(
                logging.ERROR,
                undo_id,
                "%d %s of purchase %s did not go back: %s",
                minor,
                purchase.currency,
                purchase.id,
                error,
            )
            await archive.write(purchases.set_give_back, undo_id, "due", now_ms + wait_ms, tries + 1)
        else:
            await archive.write(purchases.set_give_back, undo_id, "done", now_ms, tries + 1)
    return len(due)


def _credited(connection: Connection, entry: Purchase, result: Posted | Refusal, now_ms: int) -> None:
    purchase = purchases.find(connection, entry.id, lock=True)
    # Credited already: a store has lost the entry, and it was posted again.
    if purchase is None or purchase.status not in ("paid", "credited"):
        return
    if isinstance(result, Refusal):
        log.error("purchase %s was paid and cannot be credited: %s", entry.id, result)
        purchases.save(connection, msgspec.structs.replace(purchase, status="review"))
    else:
        credited_ms = purchase.credited_ms or now_ms
        credited = msgspec.structs.replace(purchase, status="credited", n=result.n, credited_ms=credited_ms)
        purchases.save(connection, credited)
        unusual.judge(connection, credited, now_ms)


def _undone(connection: Connection, entry: Withdrawal | Refund, result: Posted | Refusal, now_ms: int) -> None:
    if purchases.state_of_give_back(connection, entry.id) == "done":
        # A store has lost the entry, and it was posted again: the money went back the first time.
        if isinstance(result, Refusal):
            log.error("money of purchase %s went back, and its coins cannot be taken again: %s", entry.purchase, result)
        return
    if not isinstance(result, Refusal):
        purchases.set_give_back(connection, entry.id, "due", now_ms)
        return
    # The coins were spent meanwhile: neither they nor the money go back.
    purchases.set_give_back(connection, entry.id, "refused", now_ms)
    if purchase := purchases.find(connection, entry.purchase, lock=True):
        back = msgspec.structs.replace(
            purchase,
            status="credited" if purchase.status == "refunded" else purchase.status,
            back_minor=purchase.back_minor - entry.minor,
            back_coins=purchase.back_coins - entry.coins,
        )
        purchases.save(connection, back)


PURCHASES_TOLD: dict[type[Move], Told] = {Purchase: _credited, Withdrawal: _undone, Refund: _undone}
