"""What a provider of payments can do for us: open a checkout, give money back, sign what it says about both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from app.base.errors import FanfareError
from app.rules.purchases import Purchase


class ProviderError(FanfareError):
    """A provider cannot be reached, or refuses; nothing is known to have happened. The same call may be made again."""


class Checkout(NamedTuple):
    """Where a person pays: the provider's name for it, and its page."""

    session: str
    url: str


class Payments(Protocol):
    """One provider. Every call may be made again with the same purchase, and does it once."""

    name: str
    signature_header: str
    secrets: Sequence[str]

    async def open_checkout(self, purchase: Purchase, base_url: str, return_url: str) -> Checkout:
        """The checkout of a purchase. `base_url` is where this server is reached; the page leads back to `return_url`.

        Raises:
            ProviderError: there is none now.
        """
        ...

    async def give_back(self, purchase: Purchase, minor: int, key: str) -> None:
        """Gives so much back to who paid, once for each key. Raises ProviderError."""
        ...

    async def close(self) -> None:
        """Closes its connections."""
        ...
