"""What a room is, and what is said of it."""

from __future__ import annotations

import re
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from app.base.errors import Refusal
from app.rules.boards import By
from app.rules.goals import KeptGoal
from app.rules.tokens import Person

GUESTS_MAX = 20
RoomId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", max_length=64)]
UserId = Annotated[str, Meta(pattern=r"^[A-Za-z0-9_-]{1,64}\Z", max_length=64)]
ROOM_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
Name = Annotated[str, Meta(min_length=1, max_length=40)]
Title = Annotated[str, Meta(min_length=1, max_length=120)]
Country = Annotated[str, Meta(pattern=r"^[A-Z]{2}\Z", max_length=2)]
Kind = Literal["live", "video"]
Status = Literal["live", "ended"]
# An https address or a path of this server; no browser reads anything in it as another host.
MediaUrl = Annotated[
    str, Meta(pattern=r"^(https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/|/(?![/\\]))[!#-\[\]-~]*\Z", max_length=500)
]
Seconds = Annotated[int, Meta(ge=1, le=86_400)]


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


class Payee(Member, frozen=True, gc=False, omit_defaults=True):
    """A member as the platform names them: `country` is the one by whose rate card their gifts earn diamonds.

    Whether they are a `minor` is told to nobody: see rules/minors.py.
    """

    country: Country | None = None
    minor: bool = False


class Media(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The clip of a video: where it is, a picture of it, how long it is."""

    url: MediaUrl
    poster: MediaUrl | None = None
    seconds: Seconds | None = None


class Room(msgspec.Struct, frozen=True, kw_only=True):
    """A room's properties. `epoch` names the incarnation of its stream of events.

    Attributes:
        media: a video's clip; a live room has none.
        promotable: whether its owner lets people promote it.
        board_by: what its leaderboards go by.
        goal: what is to be reached in it, without how far it has come.
    """

    id: RoomId
    title: Title
    kind: Kind
    status: Status
    streamer: Payee
    guests: tuple[Payee, ...] = ()
    promotable: bool = True
    media: Media | None = None
    board_by: By = "coins"
    goal: KeptGoal | None = None
    epoch: str = ""

    def payee(self, user: str) -> Payee | None:
        """The person who is given gifts here under that id."""
        if user == self.streamer.id:
            return self.streamer
        return next((guest for guest in self.guests if guest.id == user), None)

    def public(self, viewers: int) -> dict[str, object]:
        """The room as clients see it."""
        shown: dict[str, object] = {
            "id": self.id,
            "title": self.title,
            "kind": self.kind,
            "status": self.status,
            "streamer": _public(self.streamer),
            "guests": tuple(map(_public, self.guests)),
            "viewers": viewers,
            "promotable": self.promotable,
        }
        if self.media is not None:
            shown["media"] = self.media
        return shown


def is_streamer(person: Person, room: Room) -> bool:
    """Whether a token is of the room's streamer: one for that room alone says itself whose it is."""
    if person.role != "streamer" or person.room not in (None, room.id):
        return False
    return person.room is not None or person.sub == room.streamer.id


def _public(payee: Payee) -> Member:
    return Member(payee.id, payee.name)
