"""What a room is, and what is said of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.base.errors import Refusal

GUESTS_MAX = 20
RoomId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", max_length=64)]
UserId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", max_length=64)]
ROOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Name = Annotated[str, Meta(min_length=1, max_length=40)]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Kind = Literal["live", "video"]
Status = Literal["live", "ended"]


def known_room_id(text: str) -> str:
    """The same text, if a room may have it as its id: no other is looked for anywhere.

    Raises:
        Refusal: `room_not_found`.
    """
    if not ROOM_ID.fullmatch(text):
        raise Refusal("room_not_found")
    return text


class Member(msgspec.Struct, frozen=True, gc=False):
    """A person of a room: its streamer or a guest."""

    id: UserId
    name: Name


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room's properties. `epoch` names the incarnation of its stream of events."""

    id: RoomId
    title: Title
    kind: Kind
    status: Status
    streamer: Member
    guests: tuple[Member, ...] = ()
    epoch: str = ""

    def receives(self, user: str) -> bool:
        """Whether this person can be given gifts here."""
        return user == self.streamer.id or any(guest.id == user for guest in self.guests)

    def public(self, viewers: int) -> dict[str, object]:
        """The room as clients see it."""
        return {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "status": self.status,
            "streamer": self.streamer,
            "guests": self.guests,
            "viewers": viewers,
        }
