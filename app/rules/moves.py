"""What all entries share that are no gifts: coins or diamonds of one person move, by an op of `post_moves.lua`."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta, Struct

from app.rules import postings
from app.rules.postings import DIAMONDS, MINTED, PAID, Posting, coins_of, debt_of, diamonds_of, move

Amount = Annotated[int, Meta(ge=0, le=9_000_000_000_000_000)]
"""Coins whole, diamonds in thousandths, money in minor units."""
Op = Literal[
    "credit",
    "take",
    "claw",
    "spend",
    "unspend",
    "earn",
    "settle",
    "hold",
    "pay",
    "unhold",
    "unpay",
    "seize_pending",
    "seize_available",
    "freeze",
    "unfreeze",
]
"""What `post_moves.lua` does to balances; see there."""

STATES = ("pending", "available", "held")


class Move(Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What all other kinds share. The script that applies it fills in the first two fields.

    Attributes:
        owed: coins of it that paid off a debt, or became one; diamonds that were to be taken and were not there.
        noted: balances right after it: coins and debt, or the diamonds' three states.
        id: names the intent, once among those of its kind.
        user: whose balances move.
    """

    op: ClassVar[Op]
    is_everywhere: ClassVar[bool] = False
    """Whether it stands in every partition's journal: what is given to a person is judged where the room is."""
    owed: Amount = 0
    noted: tuple[Amount, ...] = ()
    id: str
    user: str

    @property
    def key(self) -> str:
        """The intent's name, unique for ever."""
        return f"{self.kind}:{self.id}"

    @property
    def kind(self) -> str:
        """The first word of its journal line."""
        return str(self.__struct_config__.tag)

    @property
    def amount(self) -> int:
        """Coins or milli-diamonds that move."""
        return 0

    @property
    def is_approved(self) -> bool:
        """Whether a guardian has agreed to it, who would have to be asked."""
        return False

    def postings(self) -> list[Posting]:
        """What moves."""
        return []

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return []

    def void(self) -> Move | None:
        """An entry with the same key that moves nothing; None where the kind has none.

        Posted after a refusal, it makes the refusal final: the entry itself cannot be applied any more.
        """
        return None

    def pieces(self) -> tuple[str, str]:
        """Its journal line before and behind what the script fills in, which is `<owed>,[<noted>]`."""
        head, _, tail = msgspec.json.encode(self).decode().partition(",0,[]")
        return head + ",", tail


class CoinsMove(Move, frozen=True, kw_only=True, array_like=True, gc=False):
    """Coins are issued, taken or clawed back, and the money that belongs to it."""

    coins: int

    @property
    def amount(self) -> int:
        """Coins that move."""
        return abs(self.coins)

    def postings(self) -> list[Posting]:
        """What moves."""
        coins = postings.COINS_BY_OP[self.op](self.user, self.amount, self.owed)
        return postings.by_account([*coins, *self.money()])

    def money(self) -> list[Posting]:
        """The money that moves with the coins."""
        return []

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        coins, debt = self.noted
        return [(coins_of(self.user), coins), (debt_of(self.user), -debt)]


class DiamondsMove(Move, frozen=True, kw_only=True, array_like=True, gc=False):
    """A streamer's diamonds change their state, and the money that belongs to it."""

    milli: Amount

    @property
    def amount(self) -> int:
        """Milli-diamonds that move."""
        return self.milli

    def postings(self) -> list[Posting]:
        """What moves."""
        pending, available, held = (diamonds_of(self.user, state) for state in STATES)
        ways = {
            "earn": (MINTED, pending),
            "settle": (pending, available),
            "hold": (available, held),
            "pay": (held, PAID),
            "unhold": (held, available),
            "unpay": (PAID, available),
        }
        return postings.by_account([*move(DIAMONDS, *ways[self.op], self.milli), *self.money()])

    def money(self) -> list[Posting]:
        """The money that moves with the diamonds."""
        return []

    def after(self) -> list[tuple[str, int]]:
        """Accounts and their balances, as they were noted right after it."""
        return [(diamonds_of(self.user, state), milli) for state, milli in zip(STATES, self.noted, strict=True)]
