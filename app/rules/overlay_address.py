"""The address of a room's overlay, with the token in it."""

from __future__ import annotations

from msgspec import Struct

from app.rules.tokens import OVERLAY_LIFE_S, sign


class OverlayAddress(Struct, frozen=True, kw_only=True):
    """The address of a room's overlay, with its key; `?widget=board` before the # is one part of it alone."""

    path: str
    token: str
    expires_ms: int


def address_of(secret: str, room: str, now_ms: int, rotated_ms: int) -> OverlayAddress:
    """An address of the room's overlay, good for 30 days, or until the addresses are changed."""
    born_ms = max(now_ms, rotated_ms)
    exp = born_ms // 1000 + OVERLAY_LIFE_S
    token = sign(secret, sub=f"overlay-{room}", name="Overlay", role="overlay", exp=exp, room=room, iat=born_ms / 1000)
    return OverlayAddress(path=f"/overlay/{room}#token={token}", token=token, expires_ms=exp * 1000)
