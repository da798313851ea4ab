"""Double entry: the accounts of the books, and what moves between them.

An account belongs to one owner and holds one unit. Positive is what somebody has; platform accounts that coins,
diamonds or money come out of go negative. The postings of an entry sum to zero in each unit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

COINS, DEBT, DIAMONDS = "coins", "debt", "milli"


class Posting(NamedTuple):
    """One movement: `amount` is added to the account's balance.

    Units: `coins`, owed coins (`debt`), thousandths of a diamond (`milli`), a currency's minor units (`USD`), and
    millionths of a currency's unit (`USD-micros`).
    """

    account: str
    unit: str
    amount: int


ISSUED = "platform:coins_issued"
SPENT = "platform:coins_spent"
CLAWED_BACK = "platform:coins_clawed_back"
OWED = "platform:coins_owed"
MINTED = "platform:diamonds_minted"
SHARE = "platform:diamond_share"
PAID = "platform:diamonds_paid"
ESCROW = "platform:coins_in_escrow"
NOT_ARRIVED = "platform:coins_not_arrived"
"""What was given and has not arrived yet, as a negative balance: so much less of it is spent."""
DIAMONDS_CLAWED_BACK = "platform:diamonds_clawed_back"


def coins_of(user: str) -> str:
    """A viewer's wallet."""
    return f"viewer:{user}:coins"


def debt_of(user: str) -> str:
    """The coins that a viewer owes, as a negative balance."""
    return f"viewer:{user}:debt"


def given_of(user: str) -> str:
    """The coins that a viewer has given away by gifts, in all."""
    return f"viewer:{user}:given"


def diamonds_of(user: str, state: str) -> str:
    """A streamer's diamonds: `pending`, `available` or `held`."""
    return f"streamer:{user}:diamonds_{state}"


def owner_of(account: str) -> str:
    """Whose account it is."""
    return account.split(":")[1]


def is_stored(account: str) -> bool:
    """Whether the store keeps its balance: that of a person's. Of the platform's it has totals at most."""
    return account.startswith(("viewer:", "streamer:"))


def move(unit: str, source: str, target: str, amount: int) -> list[Posting]:
    """The two postings of a movement; none where nothing moves."""
    return [Posting(source, unit, -amount), Posting(target, unit, amount)] if amount else []


def gift(sender: str, receiver: str, coins: int, streamer_milli: int, platform_milli: int) -> list[Posting]:
    """Coins are given away, and diamonds minted for the streamer and, where the rate keeps some back, the platform."""
    return [
        Posting(coins_of(sender), COINS, -coins),
        Posting(given_of(sender), COINS, coins),
        *mint(receiver, streamer_milli, platform_milli),
    ]


def mint(receiver: str, streamer_milli: int, platform_milli: int) -> list[Posting]:
    """Diamonds are minted for a streamer and, where the rate keeps some back, the platform."""
    postings = [
        Posting(MINTED, DIAMONDS, -streamer_milli - platform_milli),
        Posting(diamonds_of(receiver, "pending"), DIAMONDS, streamer_milli),
    ]
    if platform_milli:
        postings.append(Posting(SHARE, DIAMONDS, platform_milli))
    return postings


def keep_share(platform_milli: int) -> list[Posting]:
    """The platform's part of a gift is minted where its room is; the streamer's is elsewhere."""
    return move(DIAMONDS, MINTED, SHARE, platform_milli)


def pay_gift(sender: str, coins: int) -> list[Posting]:
    """Coins are given away and lie in escrow, until the gift has arrived."""
    return [*move(COINS, coins_of(sender), given_of(sender), coins), *move(COINS, NOT_ARRIVED, ESCROW, coins)]


def close_gift(coins: int) -> list[Posting]:
    """A gift has arrived: its coins are in escrow no more."""
    return move(COINS, ESCROW, NOT_ARRIVED, coins)


def return_gift(sender: str, coins: int, owed: int) -> list[Posting]:
    """A gift never arrives: its coins come back, `owed` of them to pay off a debt."""
    moved = [
        *close_gift(coins),
        *move(COINS, given_of(sender), coins_of(sender), coins - owed),
        *move(COINS, given_of(sender), CLAWED_BACK, owed),
        *move(DEBT, OWED, debt_of(sender), owed),
    ]
    return by_account(moved)


def credit(user: str, coins: int, owed: int) -> list[Posting]:
    """Issues coins: `owed` of them pay off a debt, the rest is the wallet's."""
    return [
        *move(COINS, ISSUED, coins_of(user), coins - owed),
        *move(COINS, ISSUED, CLAWED_BACK, owed),
        *move(DEBT, OWED, debt_of(user), owed),
    ]


def claw(user: str, coins: int, owed: int) -> list[Posting]:
    """Takes coins back: `owed` of them were spent already and become a debt."""
    return [*move(COINS, coins_of(user), CLAWED_BACK, coins - owed), *move(DEBT, debt_of(user), OWED, owed)]


def spend(user: str, coins: int, _: int) -> list[Posting]:
    """Spends coins for something that brings nobody diamonds."""
    return move(COINS, coins_of(user), SPENT, coins)


def unspend(user: str, coins: int, owed: int) -> list[Posting]:
    """Gives spent coins back: `owed` of them pay off a debt, the rest is the wallet's."""
    return [
        *move(COINS, SPENT, coins_of(user), coins - owed),
        *move(COINS, SPENT, CLAWED_BACK, owed),
        *move(DEBT, OWED, debt_of(user), owed),
    ]


COINS_BY_OP: Mapping[str, Callable[[str, int, int], list[Posting]]] = {
    "credit": credit,
    "take": claw,
    "claw": claw,
    "spend": spend,
    "unspend": unspend,
}
"""What moves a wallet's coins, by the op of `post_moves.lua`: user, coins, and how many of them are owed."""


def sale(provider: str, country: str, currency: str, minor: int, tax_minor: int) -> list[Posting]:
    """Money that a viewer paid: the tax in it is owed to the country, the rest is revenue. Negative: paid back."""
    held = f"provider:{provider}:{currency}"
    return [
        *move(currency, f"platform:revenue:{currency}", held, minor - tax_minor),
        *move(currency, f"tax:{country}:{currency}", held, tax_minor),
    ]


def payout(rail: str, country: str, currency: str, amounts: tuple[int, int, int, int], sign: int) -> list[Posting]:
    """Money that a streamer is paid (`sign` 1) or that came back (-1).

    `amounts`: the service fee, the tax withheld, what is paid out in minor units, and what rounding the gross amount
    down left over, in millionths of the currency's unit, which stays with the platform.
    """
    fee, withholding, net, remainder_micros = (sign * amount for amount in amounts)
    cost, micros = f"platform:payout_cost:{currency}", f"{currency}-micros"
    return [
        *move(currency, f"platform:service_fees:{currency}", cost, fee),
        *move(currency, f"tax:{country}:{currency}", cost, withholding),
        *move(currency, f"provider:{rail}:{currency}", cost, net),
        *move(micros, f"platform:rounding:{micros}", f"platform:payout_cost:{micros}", remainder_micros),
    ]


def sums(postings: Sequence[Posting]) -> dict[str, int]:
    """What postings sum to, by unit: all zero where they are in balance."""
    found: dict[str, int] = {}
    for _, unit, amount in postings:
        found[unit] = found.get(unit, 0) + amount
    return found


def by_account(postings: Sequence[Posting]) -> list[Posting]:
    """The same movements with one posting an account."""
    moved: dict[tuple[str, str], int] = {}
    for account, unit, amount in postings:
        moved[account, unit] = moved.get((account, unit), 0) + amount
    return [Posting(account, unit, amount) for (account, unit), amount in moved.items()]
