"""A person as operators see them."""

from __future__ import annotations

from msgspec import Struct


class PersonDesk(Struct, frozen=True, kw_only=True):
    """What somebody has, and whether they are frozen. Diamonds are decimals.

    Attributes:
        name: what they were called when they last gave something openly; null for who never has.
        debt: coins that were clawed back and had been spent.
        given: coins that they have given in all.
    """

    user: str
    name: str | None
    frozen: bool
    coins: int
    debt: int
    given: int
    pending: str
    available: str
    held: str
