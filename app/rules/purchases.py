"""What becomes of a purchase: a pure decision for each word of its provider, in whatever order and however often.

Coins are credited for the provider's word that they were paid, once; what goes back is what that word says.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from app.rules.entries import Bonus, Chargeback, ChargebackReversed, Refund, Withdrawal
from app.rules.entries import Purchase as PurchaseEntry
from app.rules.moves import Move

Status = Literal["created", "paid", "credited", "failed", "expired", "review", "refunded", "charged_back"]
UNPAID: tuple[Status, ...] = ("created", "failed", "expired")
PAID: tuple[Status, ...] = ("paid", "credited")
PROVIDER = "provider"
"""Who undid a purchase when it was nobody here."""


class Purchase(Struct, frozen=True, kw_only=True):
    """A purchase as the archive keeps it. Money in minor units; `minor` is all that is paid, `tax_minor` part of it.

    Attributes:
        session: the provider's name for the checkout; "" until it has given one.
        payment: the provider's name for the payment, by which it speaks of refunds and disputes.
        back_minor: money that went back so far, and `back_coins` the coins that were taken for it.
        disputed: the dispute that is open or lost, and `dispute_minor` and `dispute_coins` what it took.
        n: the journal number of the credit; 0 before.
    """

    id: str
    user: str
    status: Status
    package: str | None
    coins: int
    bonus: int
    minor: int
    tax_minor: int
    currency: str
    country: str
    channel: str
    price_book: str
    provider: str
    created_ms: int
    expires_ms: int
    session: str = ""
    payment: str = ""
    checkout_url: str = ""
    back_minor: int = 0
    back_coins: int = 0
    disputed: str = ""
    dispute_minor: int = 0
    dispute_coins: int = 0
    closed_disputes: str = ""
    n: int = 0
    credited_ms: int = 0

    @property
    def all_coins(self) -> int:
        """Coins and bonus."""
        return self.coins + self.bonus


class Word(Struct, frozen=True, kw_only=True):
    """What a provider says of a purchase, signature checked. Amounts in minor units.

    Attributes:
        type: Stripe's name for the kind of event.
        id: the event's own id; the same event may come again.
        object_id: of the checkout, charge or dispute that it speaks of.
        purchase: our id, as we gave it to the provider; "" where it does not say it.
        payment: the payment, by which the purchase is found where our id is not said.
        status: of the payment, or of the dispute.
        amount: all of the checkout, or what was refunded so far.
    """

    type: str
    id: str
    object_id: str = ""
    purchase: str = ""
    payment: str = ""
    status: str = ""
    amount: int = 0
    currency: str = ""


class Decision(Struct, frozen=True):
    """The purchase after a word, entries to be posted for it in one step, and why, for the log."""

    purchase: Purchase
    entries: tuple[Move, ...]
    why: str


def hear(purchase: Purchase, word: Word) -> Decision:
    """What a provider's word makes of a purchase."""
    match word.type:
        case "checkout.session.completed" | "checkout.session.async_payment_succeeded":
            return _paid(purchase, word)
        case "checkout.session.async_payment_failed":
            return _only_from(purchase, ("created",), "failed", "the payment failed")
        case "checkout.session.expired":
            return _only_from(purchase, ("created",), "expired", "the checkout expired")
        case "charge.refunded":
            return _refunded(purchase, word)
        case "charge.dispute.created":
            return _disputed(purchase, word)
        case "charge.dispute.closed":
            return _dispute_closed(purchase, word)
    return Decision(purchase, (), "its type means nothing here")


def expire(purchase: Purchase) -> Decision:
    """What becomes of a purchase whose time is over."""
    return _only_from(purchase, ("created",), "expired", "nobody paid in time")


def refund(purchase: Purchase, undo_id: str, reason: str, by: str) -> Decision:
    """An operator gives all of the money back that is still with us."""
    coins, minor = purchase.all_coins - purchase.back_coins, purchase.minor - purchase.back_minor
    entry = Refund(**_undone(purchase, undo_id, coins, minor, _tax(purchase, purchase.minor)), reason=reason, by=by)
    return Decision(_gone_back(purchase, minor, coins), (entry,), "refunded")


def withdraw(purchase: Purchase, undo_id: str, unused: int) -> Decision:
    """A viewer gives the unused coins back, for their part of the price: rounded up, never too little."""
    left_coins, left_minor = purchase.all_coins - purchase.back_coins, purchase.minor - purchase.back_minor
    unused = min(unused, left_coins)
    minor = min(-(-purchase.minor * unused // purchase.all_coins), left_minor)
    back = purchase.back_minor + minor
    entry = Withdrawal(**_undone(purchase, undo_id, unused, minor, _tax(purchase, back)))
    return Decision(_gone_back(purchase, minor, unused), (entry,), "withdrawn")


def credit(purchase: Purchase) -> tuple[Move, ...]:
    """The entries that bring the coins, which are posted together."""
    bought = PurchaseEntry(
        id=purchase.id,
        user=purchase.user,
        coins=purchase.coins,
        minor=purchase.minor,
        tax_minor=purchase.tax_minor,
        currency=purchase.currency,
        country=purchase.country,
        provider=purchase.provider,
        price_book=purchase.price_book,
    )
    bonus = Bonus(id=purchase.id, user=purchase.user, coins=purchase.bonus)
    return (bought, bonus) if purchase.bonus else (bought,)


def _only_from(purchase: Purchase, before: tuple[Status, ...], status: Status, why: str) -> Decision:
    if purchase.status not in before:
        return Decision(purchase, (), f"it is {purchase.status} already")
    return Decision(msgspec.structs.replace(purchase, status=status), (), why)


def _paid(purchase: Purchase, word: Word) -> Decision:
    if word.status != "paid":
        return Decision(purchase, (), "the payment is still under way")
    if purchase.status not in UNPAID:
        return Decision(purchase, (), f"it is {purchase.status} already")
    if purchase.session and word.object_id != purchase.session:
        return _review(purchase, f"checkout {word.object_id} is not the purchase's, {purchase.session}")
    if (word.amount, word.currency.upper()) != (purchase.minor, purchase.currency):
        paid, asked = f"{word.amount} {word.currency.upper()}", f"{purchase.minor} {purchase.currency}"
        return _review(purchase, f"{paid} were paid where {asked} were asked")
    changed = msgspec.structs.replace(purchase, status="paid", payment=word.payment)
    return Decision(changed, credit(purchase), "paid")


def _review(purchase: Purchase, why: str) -> Decision:
    return Decision(msgspec.structs.replace(purchase, status="review"), (), why)


def _refunded(purchase: Purchase, word: Word) -> Decision:
    if purchase.status in UNPAID:
        # Its word that it was paid is late, or was never sent: the money has come and gone.
        return Decision(msgspec.structs.replace(purchase, status="refunded"), (), "refunded before it was credited")
    if purchase.status not in PAID:
        return Decision(purchase, (), f"it is {purchase.status} already")
    if word.currency.upper() != purchase.currency:
        return _review(purchase, f"{word.currency.upper()} were refunded where {purchase.currency} were paid")
    # The provider says what went back in all: a word that comes late, or again, is no news.
    minor = min(word.amount, purchase.minor) - purchase.back_minor
    if minor <= 0:
        return Decision(purchase, (), "no more went back than is known")
    back = purchase.back_minor + minor
    coins = purchase.all_coins * back // purchase.minor - purchase.back_coins
    undone = _undone(purchase, f"{purchase.id}:{back}", max(coins, 0), minor, _tax(purchase, back))
    entry = Refund(**undone, reason="refunded at the provider", by=PROVIDER)
    return Decision(_gone_back(purchase, minor, max(coins, 0)), (entry,), "refunded")


def _disputed(purchase: Purchase, word: Word) -> Decision:
    if word.status.startswith("warning_"):
        return Decision(purchase, (), "an inquiry takes no money")
    if word.object_id in purchase.closed_disputes.split():
        return Decision(purchase, (), "this dispute is closed already")
    if purchase.status in UNPAID:
        changed = msgspec.structs.replace(purchase, status="charged_back", disputed=word.object_id)
        return Decision(changed, (), "charged back before it was credited")
    if purchase.status not in PAID:
        return Decision(purchase, (), f"it is {purchase.status} already")
    coins, minor = purchase.all_coins - purchase.back_coins, purchase.minor - purchase.back_minor
    entry = Chargeback(**_undone(purchase, _dispute_id(purchase, word), coins, minor, _tax(purchase, purchase.minor)))
    changed = msgspec.structs.replace(
        purchase, status="charged_back", disputed=word.object_id, dispute_coins=coins, dispute_minor=minor
    )
    return Decision(changed, (entry,), "charged back")


def _dispute_closed(purchase: Purchase, word: Word) -> Decision:
    if word.status.startswith("warning_"):
        return Decision(purchase, (), "an inquiry takes no money")
    if word.object_id != purchase.disputed:
        if word.status != "won":
            # The dispute itself is still to be heard of.
            return Decision(purchase, (), "a dispute that is not known yet was lost")
        closed = f"{purchase.closed_disputes} {word.object_id}".strip()[-200:]
        return Decision(msgspec.structs.replace(purchase, closed_disputes=closed), (), "a dispute was won")
    if word.status != "won" or purchase.status != "charged_back":
        return Decision(purchase, (), "the money stays away")
    closed = f"{purchase.closed_disputes} {word.object_id}".strip()[-200:]
    if not purchase.dispute_coins:
        # It was charged back before it was credited: the money is here after all.
        changed = msgspec.structs.replace(purchase, status="paid", disputed="", closed_disputes=closed)
        return Decision(changed, credit(purchase), "a dispute was won, and the purchase paid")
    undone = _undone(
        purchase,
        _dispute_id(purchase, word),
        purchase.dispute_coins,
        purchase.dispute_minor,
        _tax(purchase, purchase.minor),
    )
    changed = msgspec.structs.replace(
        purchase, status="credited", disputed="", dispute_coins=0, dispute_minor=0, closed_disputes=closed
    )
    return Decision(changed, (ChargebackReversed(**undone),), "a dispute was won")


def _dispute_id(purchase: Purchase, word: Word) -> str:
    return f"{purchase.id}:{word.object_id}"


def _tax(purchase: Purchase, back: int) -> int:
    """The tax in what went back, when it comes to `back` in all: in sum it is the tax that was paid, to the unit."""

    def part(minor: int) -> int:
        return purchase.tax_minor * minor // purchase.minor

    return part(back) - part(purchase.back_minor)


def _undone(purchase: Purchase, undo_id: str, coins: int, minor: int, tax_minor: int) -> dict[str, Any]:
    return {
        "id": undo_id,
        "user": purchase.user,
        "coins": coins,
        "purchase": purchase.id,
        "minor": minor,
        "tax_minor": tax_minor,
        "currency": purchase.currency,
        "country": purchase.country,
        "provider": purchase.provider,
    }


def _gone_back(purchase: Purchase, minor: int, coins: int) -> Purchase:
    back = purchase.back_minor + minor
    status: Status = "refunded" if back >= purchase.minor else purchase.status
    return msgspec.structs.replace(purchase, status=status, back_minor=back, back_coins=purchase.back_coins + coins)
