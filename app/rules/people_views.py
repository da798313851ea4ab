"""A person as operators see them."""

from __future__ import annotations

from msgspec import Struct


class PersonDesk(Struct, frozen=True, kw_only=True):
    """What somebody has, whether they are frozen or banned, and which of their tokens end. Diamonds are decimals.

    Attributes:
        name: what they were called when they last gave something openly; null for who never has.
        debt: coins that were clawed back and had been spent.
        given: coins that they have given in all.
        tokens_before_ms: tokens that were issued before this time are good for nothing; null where all are good.
        tokens: ids (`jti`) of single tokens that were revoked.
    """

    user: str
    name: str | None
    frozen: bool
    banned: bool
    tokens_before_ms: int | None
    tokens: list[str]
    coins: int
    debt: int
    given: int
    pending: str
    available: str
    held: str
