"""A viewer uses the right of withdrawal: the unused coins of a purchase go back, and their part of the price."""

from __future__ import annotations

from typing import NamedTuple

from app.actions.books.caught_up import caught_up
from app.actions.books.deliver import Delivery
from app.actions.books.purchases import keep
from app.archive import asked, lots, purchases
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.actors import person_called
from app.rules.gifts import fingerprint
from app.rules.purchases import Purchase, withdraw
from app.rules.tariff import Tariff

CAUGHT_UP_S = 3.0


class Wish(NamedTuple):
    """Who gives which purchase back, under which key."""

    user: str
    purchase: str
    key: str

    @property
    def undo_id(self) -> str:
        """The id of the entry."""
        return f"{self.purchase}:{fingerprint(self.key)}"


async def withdraw_purchase(
    archive: Archive, delivery: Delivery, tariff: Tariff, wish: Wish, version: int, now_ms: int, partition: int = 0
) -> tuple[Purchase, bool]:
    """The purchase afterwards, and whether this key had done it before.

    Args:
        archive: where purchases and lots are kept.
        delivery: brings the entry to the store.
        tariff: whose policies say until when.
        wish: who gives what back.
        version: the n of the wallet's partition now: what was spent up to it is not unused.
        now_ms: milliseconds since 1970.
        partition: which one it is.

    Raises:
        Refusal: `unknown_purchase`, `id_reused`, `not_refundable` with the reason, or `unavailable`: the archive
            is behind.
    """
    is_new = await archive.write(_entitled, tariff, wish, now_ms) is not None
    if is_new and not await caught_up(archive, version, CAUGHT_UP_S, partition):
        raise Refusal("unavailable", "The books are a moment behind; try again.")
    replayed = await archive.write(_write_down, tariff, wish, now_ms)
    await delivery.deliver()
    found = await archive.read(purchases.find, wish.purchase)
    assert found is not None, "purchases are never removed"
    if await archive.read(purchases.state_of_give_back, wish.undo_id) == "refused":
        raise Refusal("not_refundable", "The coins were spent meanwhile.")
    return found, replayed


def _entitled(connection: Connection, tariff: Tariff, wish: Wish, now_ms: int) -> Purchase | None:
    """The purchase, which may be given back; None where this key has done it before."""
    purchase = purchases.find(connection, wish.purchase, lock=True)
    if purchase is None or purchase.user != wish.user:
        raise Refusal("unknown_purchase")
    if purchases.state_of_give_back(connection, wish.undo_id) is not None:
        return None
    if purchase.status != "credited":
        raise Refusal("not_refundable", f"This purchase is {purchase.status.replace('_', ' ')}.")
    until_ms = tariff.policy(purchase.country, purchase.credited_ms).withdraw_until_ms(purchase.credited_ms)
    if until_ms is None:
        raise Refusal("not_refundable", "Coins are not taken back in this country, as was said before paying.")
    if now_ms > until_ms:
        raise Refusal("not_refundable", "The time in which it could be given back is over.", until_ms=until_ms)
    return purchase


def _write_down(connection: Connection, tariff: Tariff, wish: Wish, now_ms: int) -> bool:
    purchase = _entitled(connection, tariff, wish, now_ms)
    if purchase is None:
        return True
    asked.before(connection, person_called(wish.user), wish.key, "withdraw", wish.purchase)
    ns = (purchase.n, purchase.n + 1) if purchase.bonus else (purchase.n,)
    left = lots.unused(connection, wish.user, ns)
    if not left:
        raise Refusal("not_refundable", "All coins of this purchase are spent.")
    decision = withdraw(purchase, wish.undo_id, left)
    keep(connection, decision, now_ms)
    minor = decision.purchase.back_minor - purchase.back_minor
    purchases.give_back(connection, wish.undo_id, purchase.id, minor, now_ms)
    return False
