"""A guardian's connection: it comes to no room, and is told what wards spend and ask for."""

from __future__ import annotations

import msgspec

from app.base.errors import Refusal
from app.edge.live.hub import Hub
from app.edge.live.session import Session
from app.rules.commands import Command, Hello, Ping
from app.rules.guardian_news import GuardianWelcome, guardians_sockets
from app.rules.tokens import Person

_encode = msgspec.json.Encoder().encode


class GuardianSession(Session):
    """One connection of one guardian."""

    __slots__ = ("_hub",)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "")
        self._hub = hub

    def name_of(self, person: Person) -> str:
        """Another than that of the same person's connections to rooms. Raises Refusal `unauthorized`."""
        if person.role != "guardian" or person.room is not None:
            raise Refusal("unauthorized", "This is for guardians, with a token that is good everywhere.")
        return guardians_sockets(person.sub)

    def _do(self, command: Command) -> None:
        hub = self._hub
        if isinstance(command, Hello):
            if hub.let_in(self, command) is not None:
                self.reply(_encode(GuardianWelcome(1, hub.server_ms(), hub.settings.heartbeat_s)))
                self.seated()
        elif isinstance(command, Ping):
            super()._do(command)
        else:
            self.refuse(Refusal("forbidden", "This connection is no room's."), command.id)
