"""The journal's kinds of entry, one class each: its fields, the name of its intent, its postings.

A journal line is the JSON array of an entry, its kind first. Writer, verifier, archiver and rebuild read this table and
nothing else: a balance is the sum of an account's postings, so a new kind is one new class. Fields are never removed or
reordered; new ones are added at the end, with a default.
"""

from __future__ import annotations

from typing import ClassVar, Literal

import msgspec

from app.rules import postings
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid, GiftReturned, GiftStep, gift_key
from app.rules.moves import Amount, CoinsMove, DiamondsMove, Move, Op
from app.rules.postings import Posting, coins_of, diamonds_of


class Gift(GiftStep, frozen=True, array_like=True, tag="gift", gc=False):
    """A gift was paid. `catalogue` and `card` name the versions of price and rate; `offset` is its event's.

    An `anonymous` one is shown to nobody with its sender's name.
    """

    offset: int
    coins_left: Amount
    streak: str | None
    streak_count: int
    anonymous: bool = False

    @property
    def key(self) -> str:
        """The intent's name, unique for ever."""
        return gift_key(self.sender, self.id)

    def postings(self) -> list[Posting]:
        """What moves."""
        return postings.gift(self.sender, self.receiver, self.coins, self.streamer_milli, self.platform_milli)

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return [(coins_of(self.sender), self.coins_left)]


class Grant(CoinsMove, frozen=True, kw_only=True, array_like=True, tag="grant", gc=False):
    """Coins were given by whom `by` names (see actors.py). The id begins with that: each has ids of their own."""

    op: ClassVar[Op] = "credit"
    reason: str
    by: str


class Bonus(CoinsMove, frozen=True, kw_only=True, array_like=True, tag="bonus", gc=False):
    """Coins that came on top of a purchase, whose id it has."""

    op: ClassVar[Op] = "credit"


class Adjustment(CoinsMove, frozen=True, kw_only=True, array_like=True, tag="adjustment", gc=False):
    """An operator corrected a wallet, and another one agreed. Coins below zero are taken."""

    reason: str
    by: str
    second: str

    @property
    def op(self) -> Op:  # type: ignore[override]
        """By its sign."""
        return "credit" if self.coins > 0 else "take"

    def void(self) -> Adjustment:
        """The same adjustment of 0 coins."""
        return msgspec.structs.replace(self, coins=0)


class Paid(CoinsMove, frozen=True, kw_only=True, array_like=True, gc=False):
    """What a purchase and its undoing share: what the coins cost. `minor` is all that was paid, its tax included."""

    minor: Amount
    tax_minor: Amount
    currency: str
    country: str
    provider: str

    def money(self) -> list[Posting]:
        """The money that moves with the coins: to us where coins are issued, else back."""
        sign = 1 if self.op == "credit" else -1
        return postings.sale(self.provider, self.country, self.currency, sign * self.minor, sign * self.tax_minor)


class Purchase(Paid, frozen=True, kw_only=True, array_like=True, tag="purchase", gc=False):
    """Coins were paid for. `price_book` names the version of the price."""

    op: ClassVar[Op] = "credit"
    price_book: str


class Undone(Paid, frozen=True, kw_only=True, array_like=True, gc=False):
    """A purchase, or a part of it, was undone: `coins` go back, and `minor` with them."""

    op: ClassVar[Op] = "claw"
    purchase: str


class Withdrawal(Undone, frozen=True, kw_only=True, array_like=True, tag="withdrawal", gc=False):
    """A viewer used the right of withdrawal: unused coins of a purchase went back; 0 where it was refused."""

    op: ClassVar[Op] = "take"

    def void(self) -> Withdrawal:
        """The same withdrawal of 0 coins, for no money."""
        return msgspec.structs.replace(self, coins=0, minor=0, tax_minor=0)


class Refund(Undone, frozen=True, kw_only=True, array_like=True, tag="refund", gc=False):
    """Money was given back; coins that were spent already are owed."""

    reason: str
    by: str


class Chargeback(Undone, frozen=True, kw_only=True, array_like=True, tag="chargeback", gc=False):
    """The provider took the money back; coins that were spent already are owed."""


class ChargebackReversed(Undone, frozen=True, kw_only=True, array_like=True, tag="chargeback_reversed", gc=False):
    """The provider decided for us after all: money and coins are back."""

    op: ClassVar[Op] = "credit"


class Promotion(CoinsMove, frozen=True, kw_only=True, array_like=True, tag="promotion", gc=False):
    """Coins were spent to promote a room. `book` names the version of the package's price.

    `approved`: the spender's guardian was asked, and has agreed. It stands in no line where nobody was.
    """

    op: ClassVar[Op] = "spend"
    room: str
    package: str
    impressions: int
    book: str
    approved: bool = False

    @property
    def is_approved(self) -> bool:
        """Whether a guardian has agreed to it, who would have to be asked."""
        return self.approved

    def void(self) -> Promotion:
        """The same promotion of 0 coins."""
        return msgspec.structs.replace(self, coins=0)

    def pieces(self) -> tuple[str, str]:
        """Its journal line before and behind what the script fills in."""
        before, behind = super().pieces()
        return before, behind if self.approved else f"{behind.removesuffix(',false]')}]"


class PromotionReturned(CoinsMove, frozen=True, kw_only=True, array_like=True, tag="promotion_returned", gc=False):
    """A promotion, whose id it has, has ended: the coins of what was not delivered go back. `why` says why it ended."""

    op: ClassVar[Op] = "unspend"
    room: str
    delivered: int
    why: str


class Settlement(DiamondsMove, frozen=True, kw_only=True, array_like=True, tag="settlement", gc=False):
    """What became due after `since_ms` and until `until_ms` is available. Its id is `<streamer>:<since_ms>`."""

    op: ClassVar[Op] = "settle"
    since_ms: int
    until_ms: int


class PayoutHold(DiamondsMove, frozen=True, kw_only=True, array_like=True, tag="payout_hold", gc=False):
    """Diamonds are held for a payout, whose id it has; 0 where the hold was refused."""

    op: ClassVar[Op] = "hold"

    def void(self) -> PayoutHold:
        """The same hold of 0 diamonds."""
        return msgspec.structs.replace(self, milli=0)


class PayoutMoney(DiamondsMove, frozen=True, kw_only=True, array_like=True, gc=False):
    """What the end of a payout says: gross = fee + withholding + net, and what rounding gross down left over."""

    gross: Amount
    fee: Amount
    withholding: Amount
    net: Amount
    remainder_micros: Amount
    currency: str
    country: str
    rail: str
    card: str

    def money(self) -> list[Posting]:
        """The money that moves with the diamonds; none before it was paid out."""
        if self.op not in ("pay", "unpay"):
            return []
        amounts = (self.fee, self.withholding, self.net, self.remainder_micros)
        return postings.payout(self.rail, self.country, self.currency, amounts, 1 if self.op == "pay" else -1)


class PayoutPaid(PayoutMoney, frozen=True, kw_only=True, array_like=True, tag="payout_paid", gc=False):
    """A payout has reached the streamer."""

    op: ClassVar[Op] = "pay"


class PayoutReturned(PayoutMoney, frozen=True, kw_only=True, array_like=True, tag="payout_returned", gc=False):
    """A payout ended without being paid (`stage` held), or came back after it was (paid)."""

    stage: Literal["held", "paid"]
    why: str

    @property
    def op(self) -> Op:  # type: ignore[override]
        """By its stage."""
        return "unhold" if self.stage == "held" else "unpay"

    @property
    def key(self) -> str:
        """The intent's name: a payout may come back once from each stage."""
        return f"{self.kind}:{self.id}:{self.stage}"


class ClawBack(DiamondsMove, frozen=True, kw_only=True, array_like=True, tag="claw_back", gc=False):
    """Diamonds that came of fraud are taken back: what is there of them in that state; `owed` of them were not.

    Its id is the case's. The coins that they came of stay spent.
    """

    state: Literal["pending", "available"]
    reason: str
    by: str

    @property
    def op(self) -> Op:  # type: ignore[override]
        """By its state."""
        return "seize_pending" if self.state == "pending" else "seize_available"

    @property
    def key(self) -> str:
        """The intent's name: a case takes back once from each streamer, and from each state."""
        return f"{self.kind}:{self.id}:{self.user}:{self.state}"

    def postings(self) -> list[Posting]:
        """What moves."""
        return postings.move(
            postings.DIAMONDS, diamonds_of(self.user, self.state), postings.DIAMONDS_CLAWED_BACK, self.milli - self.owed
        )


class Freeze(Move, frozen=True, kw_only=True, array_like=True, tag="freeze", gc=False):
    """A person may not send, receive or be paid any more."""

    op: ClassVar[Op] = "freeze"
    is_everywhere: ClassVar[bool] = True
    reason: str
    by: str


class Unfreeze(Move, frozen=True, kw_only=True, array_like=True, tag="unfreeze", gc=False):
    """A person may again send, receive and be paid."""

    op: ClassVar[Op] = "unfreeze"
    is_everywhere: ClassVar[bool] = True
    reason: str
    by: str


Entry = (
    Gift
    | GiftPaid
    | GiftDelivered
    | GiftCredited
    | GiftClosed
    | GiftReturned
    | Grant
    | Bonus
    | Adjustment
    | Purchase
    | Withdrawal
    | Refund
    | Chargeback
    | ChargebackReversed
    | Promotion
    | PromotionReturned
    | Settlement
    | PayoutHold
    | PayoutPaid
    | PayoutReturned
    | ClawBack
    | Freeze
    | Unfreeze
)

ShownGift = Gift | GiftDelivered
"""A gift as the journal of its room's partition has it: it has an event there, and counts in the room."""

ArrivedGift = Gift | GiftClosed
"""A gift as the journal of its sender's partition has it once it has arrived."""

EVERYWHERE = tuple(str(kind.__struct_config__.tag) for kind in (Freeze, Unfreeze))
"""The kinds that stand in every partition's journal."""

_decoder: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def decode(line: bytes | str) -> Entry:
    """The entry of a journal line.

    Raises:
        msgspec.DecodeError: it is none.
    """
    return _decoder.decode(line)
