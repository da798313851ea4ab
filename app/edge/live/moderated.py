"""How a room is kept in order, as this worker knows it: judged at each comment, told to whom it concerns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

import msgspec

from app.base.clock import Clock
from app.base.errors import Refusal
from app.edge.rereading import Rereading
from app.rules.moderation import Moderation, Muted, RoomRules
from app.rules.tokens import Person
from app.store.moderation import read_moderation
from app.store.standing import Standing


class Judged(Protocol):
    """A session in the room, or about to join it."""

    person: Person | None

    def tell(self, message: bytes) -> None:
        """Tells it something, when it is welcomed."""

    def turn_away(self, refusal: Refusal) -> None:
        """Says why, and ends it."""


class Moderated:
    """The store has it; the room's channel says when to read it again.

    Args:
        say: tells everyone in the room.
        sessions_of: the sessions of a person in this room, those that are about to join it too.
    """

    def __init__(
        self,
        room: str,
        standing: Standing,
        say: Callable[[bytes], None],
        sessions_of: Callable[[str], Iterable[Judged]],
    ) -> None:
        self.known = Moderation()
        self._room = room
        self._standing = standing
        self._clock: Clock = standing.clock
        self._say = say
        self._sessions_of = sessions_of
        self._rereading = Rereading(self.read, "the moderation", room)

    def admits(self, session: Judged) -> bool:
        """Whether a session may come in."""
        return session.person is None or session.person.sub not in self.known.bans

    def greeting(self, session: Judged) -> bytes:
        """What follows a welcome, from the comma on: where comments do not go as usual, or not for this person."""
        told = b""
        if self.known.settings.slow_s or not self.known.settings.comments:
            told += b"," + self._rules()
        if session.person is not None:
            until_ms = self.known.muted_until(session.person.sub, self._clock())
            told += b"," + msgspec.json.encode(Muted(until_ms)) if until_ms is not None else b""
        return told

    async def read(self) -> None:
        """Reads it, and tells of what has changed. Raises StoreError as Store.call does."""
        before, self.known = self.known, await read_moderation(self._standing, self._room)
        for user in self.known.bans - before.bans:
            for session in tuple(self._sessions_of(user)):
                session.turn_away(Refusal("banned", "You were removed from this room."))
        now_ms = self._clock()
        for user in self.known.mutes.keys() | before.mutes.keys():
            until_ms = self.known.muted_until(user, now_ms)
            if until_ms != before.muted_until(user, now_ms):
                for session in tuple(self._sessions_of(user)):
                    session.tell(msgspec.json.encode(Muted(until_ms)))
        old, new = before.settings, self.known.settings
        if (old.slow_s, old.comments) != (new.slow_s, new.comments):
            self._say(self._rules())

    def refresh(self) -> None:
        """Reads it again, until that works."""
        self._rereading.refresh()

    def _rules(self) -> bytes:
        settings = self.known.settings
        return msgspec.json.encode(RoomRules(settings.slow_s, settings.comments))
