"""What a room is, and what is said of it."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

RoomId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
UserId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z")]
Name = Annotated[str, Meta(min_length=1, max_length=40)]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Kind = Literal["live", "video"]
Status = Literal["live", "ended"]


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
