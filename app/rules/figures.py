"""The sums of a ledger, from its balances: what was issued and minted, and where all of it is."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from app.rules.moves import STATES
from app.rules.postings import (
    CLAWED_BACK,
    DIAMONDS_CLAWED_BACK,
    ESCROW,
    ISSUED,
    MINTED,
    NOT_ARRIVED,
    PAID,
    SHARE,
    SPENT,
)


class Figures(Struct, frozen=True, kw_only=True):
    """Coins, and milli-diamonds.

    issued = wallets + escrow + spent + clawed_back; minted = pending + available + held + paid.

    `minted` are those that streamers have earned, without what was taken back from them.
    """

    issued: int = 0
    wallets: int = 0
    escrow: int = 0
    spent: int = 0
    clawed_back: int = 0
    owed: int = 0
    minted: int = 0
    shared: int = 0
    pending: int = 0
    available: int = 0
    held: int = 0
    paid: int = 0

    def __add__(self, other: Figures) -> Figures:
        return self._with(other, 1)

    def __sub__(self, other: Figures) -> Figures:
        return self._with(other, -1)

    def _with(self, other: Figures, sign: int) -> Figures:
        return Figures(**{name: getattr(self, name) + sign * getattr(other, name) for name in self.__struct_fields__})

    @property
    def drift(self) -> int:
        """By how much the two sums do not come out: 0, or the books are not in order."""
        coins = self.issued - self.wallets - self.escrow - self.spent - self.clawed_back
        return abs(coins) + abs(self.minted - self.pending - self.available - self.held - self.paid)


def figures_of(balances: Mapping[str, int]) -> Figures:
    """The figures of balances by account. Those of two sets of accounts add up to those of both."""
    sums = dict.fromkeys(("coins", "debt", "given", *(f"diamonds_{state}" for state in STATES)), 0)
    for account, amount in balances.items():
        what = account.rpartition(":")[2]
        if what in sums:
            sums[what] += amount
    return Figures(
        issued=-balances.get(ISSUED, 0),
        wallets=sums["coins"],
        escrow=balances.get(ESCROW, 0),
        spent=balances.get(SPENT, 0) + balances.get(NOT_ARRIVED, 0) + sums["given"],
        clawed_back=balances.get(CLAWED_BACK, 0),
        owed=-sums["debt"],
        minted=-sum(balances.get(account, 0) for account in (MINTED, SHARE, DIAMONDS_CLAWED_BACK)),
        shared=balances.get(SHARE, 0),
        pending=sums["diamonds_pending"],
        available=sums["diamonds_available"],
        held=sums["diamonds_held"],
        paid=balances.get(PAID, 0),
    )


def totals_of(figures: Figures) -> dict[str, int]:
    """Those of the figures that the store keeps as totals, by the names that they have there."""
    return {
        "issued": figures.issued,
        "escrow": figures.escrow,
        "spent": figures.spent,
        "clawed": figures.clawed_back,
        "minted": figures.minted,
        "shared": figures.shared,
        "paid": figures.paid,
    }
