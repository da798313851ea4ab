"""What is told over HTTP of gifts in a room, and of thanks for them."""

from __future__ import annotations

from msgspec import UNSET, Struct, UnsetType

from app.rules.messages import Sender, SentGift


class RoomGift(Struct, frozen=True, kw_only=True):
    """A gift that was given in a room."""

    id: str
    at_ms: int
    sender: Sender
    gift: str
    quantity: int
    coins: int
    message: str | UnsetType = UNSET
    thanked: bool


class RoomGifts(Struct, frozen=True):
    """A room's latest gifts, the newest first."""

    gifts: list[RoomGift]


class ShoutOutView(Struct, frozen=True, kw_only=True):
    """Thanks that the room was told of; a `duplicate` for a gift that was thanked for before."""

    user: Sender
    gift: SentGift | UnsetType = UNSET
    text: str | UnsetType = UNSET
    duplicate: bool
