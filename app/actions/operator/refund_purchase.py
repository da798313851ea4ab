"""An operator gives a purchase back: the coins are taken, what was spent of them is owed, and the money goes back."""

from __future__ import annotations

from app.actions.books.deliver import Delivery
from app.actions.books.purchases import keep
from app.archive import asked, audit_log, purchases
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.audit_log import Act
from app.rules.currencies import money
from app.rules.purchases import Purchase, refund
from app.rules.texts import lines, seen


async def refund_purchase(
    archive: Archive, delivery: Delivery, purchase_id: str, reason: str, by: str, now_ms: int, key: str | None = None
) -> tuple[Purchase, bool]:
    """The purchase afterwards, and whether it was refunded before by an operator. A purchase is refunded once.

    The provider is asked to give the money back by the bookkeeper, until it has.

    `key` is the operator's Idempotency-Key, where there is one.

    Raises:
        Refusal: `unknown_purchase`, `id_reused`, `not_refundable` with its status, or `bad_request` for a
            reason that is blank.
    """
    replayed = await archive.write(_write_down, purchase_id, seen("reason", lines(reason)), by, now_ms, key)
    await delivery.deliver()
    found = await archive.read(purchases.find, purchase_id)
    assert found is not None, "purchases are never removed"
    return found, replayed


def _write_down(connection: Connection, purchase_id: str, reason: str, by: str, now_ms: int, key: str | None) -> bool:
    purchase = purchases.find(connection, purchase_id, lock=True)
    if purchase is None:
        raise Refusal("unknown_purchase")
    if asked.before(connection, by, key, "refund", purchase_id, reason):
        return True
    # There is one refund of a purchase by operators: it gives back all that is left.
    undo_id = f"{purchase.id}:operator"
    if purchases.state_of_give_back(connection, undo_id) is not None:
        return True
    if purchase.status != "credited":
        raise Refusal(
            "not_refundable", f"This purchase is {purchase.status.replace('_', ' ')}.", status=purchase.status
        )
    decision = refund(purchase, undo_id, reason, by)
    keep(connection, decision, now_ms)
    minor = decision.purchase.back_minor - purchase.back_minor
    purchases.give_back(connection, undo_id, purchase.id, minor, now_ms)
    details = f"{purchase.id}: {money(minor, purchase.currency)}"
    audit_log.append(connection, Act(by, "refund_purchase", purchase.user, reason, details), now_ms)
    return False
