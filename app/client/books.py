"""What the server's books and lists tell a person, over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar
from urllib.parse import quote

from app.client.errors import Refused
from app.client.requests import ask
from app.rules.catalogue import Gift
from app.rules.commands import SendGift
from app.rules.gifts import GiftSendStatus
from app.rules.messages import Balance, GiftAccepted, Gifts, WalletView
from app.rules.packages import Packages

T = TypeVar("T")


class Books:
    """Asks a server as whoever has the token; each question raises Refused."""

    def __init__(self, server: str, token: Callable[[], str]) -> None:
        self._server = server
        self._token = token

    async def gifts(self) -> tuple[Gift, ...]:
        """What can be given. Raises Refused, as all that is asked for does."""
        return (await self._get("gifts", Gifts)).gifts

    async def packages(self) -> Packages:
        """What coins cost here, with the tax in it."""
        return await self._get("packages", Packages)

    async def wallet(self) -> WalletView:
        """The wallet as the books have it."""
        return await self._get("me/wallet", WalletView)

    async def gift_send(self, gift_id: str) -> GiftSendStatus:
        """What became of a gift of this person's, by its id; the books know it for ever."""
        return await self._get(f"gift-sends/{quote(gift_id, safe='')}", GiftSendStatus)

    async def fate(self, command: SendGift) -> GiftAccepted | Refused | None:
        """The answer to a gift that the server takes no more, by its books; None while they cannot say."""
        with suppress(Refused):
            found = await self.gift_send(command.id)
            if found.status == "applied":
                return _accepted(command, found)
            if found.status != "pending":
                return Refused(found.error or "id_expired", details=found.details or {})
        return None

    async def _get(self, path: str, kind: type[T]) -> T:
        return await ask(f"{self._server}/v1/{path}", self._token(), kind)


def _accepted(command: SendGift, found: GiftSendStatus) -> GiftAccepted:
    """The answer that was lost, as the books have it."""
    return GiftAccepted(
        id=command.id,
        gift=command.gift,
        quantity=command.quantity,
        coins=found.coins or 0,
        diamonds=found.diamonds or "0",
        balance=found.balance or Balance(0, 0),
        n=found.n or 0,
        streak=found.streak or None,
        duplicate=True,
    )
