"""A room's overlays and studios on this worker: what they go by, and who hears of it."""

from __future__ import annotations

from typing import Protocol

import msgspec

from app.base.errors import CloseCode
from app.edge.rereading import Rereading
from app.rules.overlays import ConnectedSource, Overlay, OverlayChanged
from app.rules.rooms import Room, is_streamer
from app.rules.tokens import Person
from app.store.overlays import read_overlay
from app.store.standing import Standing


class Listener(Protocol):
    """A session of an overlay or a studio."""

    person: Person | None
    source: ConnectedSource | None

    def reply(self, message: bytes) -> None:
        """Tells it something."""

    def close(self, code: CloseCode, reason: str) -> None:
        """Ends it."""


class Overlays:
    """Who has to know what overlays go by. The store has it; the room's channel says when to read it again."""

    def __init__(self, room: str, standing: Standing) -> None:
        self._room = room
        self._standing = standing
        self._sessions: set[Listener] = set()
        self._known: Overlay | None = None
        self._rereading = Rereading(self._read, "the overlay's settings", room)

    def add(self, session: Listener, room: Room) -> None:
        """A session is about to join; it counts where it is an overlay's, or the streamer's own."""
        person = session.person
        if person is not None and (person.role == "overlay" or is_streamer(person, room)):
            self._sessions.add(session)

    def discard(self, session: Listener) -> None:
        """A session has left."""
        self._sessions.discard(session)

    async def admits(self, session: Listener) -> bool:
        """Whether a session may come in: an overlay's address may have been given up. Raises StoreError."""
        if session not in self._sessions:
            return True
        if self._known is None:
            self._take(await read_overlay(self._standing, self._room))
        return self._lets(session)

    def greeting(self, session: Listener) -> bytes:
        """What follows its welcome, from the comma on."""
        return b"," + _changed(self._known) if self._known is not None and session in self._sessions else b""

    def hear(self, message: bytes) -> None:
        """A message of the room's channel for overlays; an empty one says that the settings have changed."""
        if message:
            self._tell(message)
        else:
            self.refresh()

    def refresh(self) -> None:
        """Reads the settings again, until that works."""
        self._rereading.refresh()

    def sources(self) -> list[ConnectedSource]:
        """The overlays that are connected."""
        return [session.source for session in self._sessions if session.source is not None]

    async def _read(self) -> None:
        if self._sessions:
            self._take(await read_overlay(self._standing, self._room))
        else:
            # Nobody would hear of it: whoever comes next has it read.
            self._known = None

    def _take(self, overlay: Overlay) -> None:
        before, self._known = self._known, overlay
        if before == overlay:
            return
        for session in [session for session in self._sessions if not self._lets(session)]:
            session.close(CloseCode.UNAUTHORIZED, "this address was given up")
        if before is not None:
            self._tell(_changed(overlay))

    def _lets(self, session: Listener) -> bool:
        person, known = session.person, self._known
        return person is None or known is None or person.role != "overlay" or known.admits(person)

    def _tell(self, message: bytes) -> None:
        for session in self._sessions:
            session.reply(message)


def _changed(overlay: Overlay) -> bytes:
    return msgspec.json.encode(OverlayChanged(overlay.version, overlay.settings))
