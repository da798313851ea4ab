"""A guardian's connection: it comes to no room, and is told what wards spend and ask for."""

from __future__ import annotations

import msgspec

from app.base.errors import CloseCode, Refusal
from app.edge.live.hub import Hub
from app.edge.live.session import Session, User
from app.rules.commands import Command, Hello, Ping
from app.rules.guardian_news import GuardianWelcome, guardians_sockets

_encode = msgspec.json.Encoder().encode


class GuardianSession(Session):
    """One connection of one guardian. Its user is another than the one of the same person's room connections."""

    __slots__ = ("_hub",)

    def __init__(self, hub: Hub) -> None:
        super().__init__(hub, "")
        self._hub = hub

    def _do(self, command: Command) -> None:
        if isinstance(command, Hello):
            self._hello(command)
        elif isinstance(command, Ping):
            super()._do(command)
        else:
            self.refuse(Refusal("forbidden", "This connection is no room's."), command.id)

    def _hello(self, command: Hello) -> None:
        hub = self._hub
        if command.protocol != 1:
            self.refuse(Refusal("bad_request", "This server speaks protocol 1."), None)
            self.close(CloseCode.PROTOCOL_VERSION, "protocol 1 is spoken here")
            return
        try:
            person = hub.person_of(command.token)
            if person.role != "guardian" or person.room is not None:
                raise Refusal("unauthorized", "This is for guardians, with a token that is good everywhere.")
        except Refusal as refusal:
            self.turn_away(refusal)
            return
        name = guardians_sockets(person.sub)
        user = hub.people.users.setdefault(name, User(name))
        if hub.settings.sockets_per_user and len(user.sessions) >= hub.settings.sockets_per_user:
            self.refuse(Refusal("rate_limited", "There are too many connections of this user."), None)
            self.close(CloseCode.TOO_MANY, "too many connections")
            return
        self.enter(person, user)
        user.sessions.append(self)
        hub.watch_token(self)
        self.reply(_encode(GuardianWelcome(1, hub.server_ms(), hub.settings.heartbeat_s)))
        self.seated()
