"""Unusual use of an account: a large purchase from a network address that the person has not bought from lately.

Of an address only a mark is kept, which nobody can make without the server's secret, and which two people never share.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from typing import Annotated

from msgspec import Meta, Struct

from app.rules.currencies import Money, money
from app.rules.purchases import Purchase

DAY_MS = 86_400_000
KEPT_MS = 90 * DAY_MS
# Of one person, the latest: addresses that were bought from, and purchases of which it is still to be seen.
ADDRESSES_MAX, NOTED_MAX = 20, 40
NOTICES_MAX = 20
_MARK_BYTES = 16


class UnusualNotice(Struct, frozen=True, kw_only=True):
    """A large purchase from an address that was new: `purchase` is its id, `at_ms` when it was asked for."""

    purchase: Annotated[str, Meta(max_length=64)]
    at_ms: int
    coins: int
    price: Money


class UnusualPurchase(UnusualNotice, frozen=True, kw_only=True, tag="unusual_purchase"):
    """Many coins were bought for this connection's user, from an address that is new: perhaps by somebody else."""


def address_mark(secret: str, user: str, address: str) -> str:
    """What is kept of an address that somebody bought from; '' where there is none.

    Args:
        secret: the server's.
        user: who buys: the same address has another mark for everyone.
        address: as it is counted, IPv6 by its /64.
    """
    if not address:
        return ""
    said = f"fanfare purchase address\n{user}\n{address}".encode()
    return hmac.digest(secret.encode(), said, "sha256")[:_MARK_BYTES].hex()


def is_large(coins: int, unusual_from: int) -> bool:
    """Whether a purchase is one to tell of, by the setting; 0: none is."""
    return 0 < unusual_from <= coins


def is_unusual(mark: str, used: Collection[str], *, bought_before: bool) -> bool:
    """Whether a large purchase was unusual.

    Args:
        mark: of the address that it came from.
        used: the marks of those that the person has bought from lately.
        bought_before: whether the person ever has. The first purchase of all is from a new address always.
    """
    return bought_before and mark not in used


def notice_of(purchase: Purchase) -> UnusualNotice:
    """What is said of it in the wallet."""
    return UnusualNotice(
        purchase=purchase.id,
        at_ms=purchase.created_ms,
        coins=purchase.all_coins,
        price=money(purchase.minor, purchase.currency),
    )


def news_of(notice: UnusualNotice) -> UnusualPurchase:
    """What the person's sockets are told of it."""
    return UnusualPurchase(purchase=notice.purchase, at_ms=notice.at_ms, coins=notice.coins, price=notice.price)
