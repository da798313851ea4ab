"""The journal's entries of a gift whose payer, room and receiver do not share a partition: one for each of its steps.

All begin as a gift does. Each step has a key of its own, so that the archive has it once, whoever took it how often.
"""

from __future__ import annotations

from typing import ClassVar

from msgspec import Struct

from app.rules import postings
from app.rules.moves import Amount, DiamondsMove, Op
from app.rules.postings import Posting, coins_of, debt_of


def gift_key(sender: str, gift_id: str) -> str:
    """The name of a gift's intent."""
    return f"gift:{sender}:{gift_id}"


def delivered_key(sender: str, gift_id: str) -> str:
    """The name of its delivery."""
    return f"delivered:{sender}:{gift_id}"


def closed_key(sender: str, gift_id: str) -> str:
    """The name of its end, where it was paid first."""
    return f"closed:{sender}:{gift_id}"


class GiftStep(Struct, frozen=True, array_like=True, gc=False):
    """What the lines of a gift begin with, whether it is one entry or one for each step."""

    id: str
    sender: str
    receiver: str
    room: str
    gift: str
    quantity: int
    coins: Amount
    streamer_milli: Amount
    platform_milli: Amount
    catalogue: int
    card: str

    @property
    def kind(self) -> str:
        """The first word of its journal line."""
        return str(self.__struct_config__.tag)

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return []


class GiftPaid(GiftStep, frozen=True, array_like=True, tag="gift_paid", gc=False):
    """A gift was paid at its sender's, and is on its way to a room in the partition `at`."""

    coins_left: Amount
    at: int
    anonymous: bool = False

    @property
    def key(self) -> str:
        """The intent's name: an id is paid once, in whatever way."""
        return gift_key(self.sender, self.id)

    def postings(self) -> list[Posting]:
        """What moves."""
        return postings.pay_gift(self.sender, self.coins)

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return [(coins_of(self.sender), self.coins_left)]


class GiftDelivered(GiftStep, frozen=True, array_like=True, tag="gift_delivered", gc=False):
    """A gift has arrived in its room, where its event has that offset. `elsewhere`: its receiver is credited there."""

    offset: int
    elsewhere: bool
    streak: str | None
    streak_count: int
    anonymous: bool = False

    @property
    def key(self) -> str:
        """The delivery's name."""
        return delivered_key(self.sender, self.id)

    def postings(self) -> list[Posting]:
        """What moves."""
        if self.elsewhere:
            return postings.keep_share(self.platform_milli)
        return postings.mint(self.receiver, self.streamer_milli, self.platform_milli)


class GiftCredited(DiamondsMove, frozen=True, kw_only=True, array_like=True, tag="gift_credited", gc=False):
    """A guest, who lives elsewhere than the room, got the diamonds of a gift that was delivered there."""

    op: ClassVar[Op] = "earn"
    sender: str
    room: str
    gift: str
    quantity: int
    coins: Amount
    card: str
    anonymous: bool

    @property
    def key(self) -> str:
        """The credit's name."""
        return f"credited:{self.sender}:{self.id}"


class GiftEnd(GiftStep, frozen=True, array_like=True, gc=False):
    """What both ends of a paid gift share: there is one of them."""

    @property
    def key(self) -> str:
        """The end's name."""
        return closed_key(self.sender, self.id)


class GiftClosed(GiftEnd, frozen=True, array_like=True, tag="gift_closed", gc=False):
    """A gift was delivered, and its coins are spent. `paid_n` and `coins_left` are those of its payment."""

    offset: int
    coins_left: Amount
    streak: str | None
    streak_count: int
    anonymous: bool
    paid_n: int
    delivered_n: int

    def postings(self) -> list[Posting]:
        """What moves."""
        return postings.close_gift(self.coins)


class GiftReturned(GiftEnd, frozen=True, array_like=True, tag="gift_returned", gc=False):
    """A gift could not be delivered, and all coins came back: `owed` of them paid off a debt. `why` is a slug."""

    owed: Amount
    coins_left: Amount
    debt_left: Amount
    why: str
    anonymous: bool
    paid_n: int

    def postings(self) -> list[Posting]:
        """What moves."""
        return postings.return_gift(self.sender, self.coins, self.owed)

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return [(coins_of(self.sender), self.coins_left), (debt_of(self.sender), -self.debt_left)]
