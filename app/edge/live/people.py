"""A worker's people: their connections, and what these are told wherever they are."""

from __future__ import annotations

from app.base.errors import CloseCode, Refusal
from app.edge.live.session import Session, User
from app.rules.barred import Barred
from app.rules.guardian_news import guardians_sockets
from app.rules.tokens import Person


class People:
    """All users of one worker, by the names of their sockets: see `Session`."""

    def __init__(self) -> None:
        self.users: dict[str, User] = {}

    def seat(self, session: Session, person: Person, name: str, sockets_max: int) -> bool:
        """Makes a session one of a person's, of whom `name` stands for those that are counted and told together.

        One that is too many is ended; whether it was not. `sockets_max` is 0 for any number.
        """
        user = self.users.get(name) or User(name)
        if sockets_max and len(user.sessions) >= sockets_max:
            session.refuse(Refusal("rate_limited", "There are too many connections of this user."), None)
            session.close(CloseCode.TOO_MANY, "too many connections")
            return False
        self.users[name] = user
        session.enter(person, user)
        user.sessions.append(session)
        return True

    def left(self, session: Session) -> None:
        """Removes a session that has ended from its user."""
        user = session.user
        if user is not None and session in user.sessions:
            user.sessions.remove(session)
            if not user.sessions:
                del self.users[user.id]

    def sessions_in(self, room_id: str, user_id: str) -> list[Session]:
        """A person's sessions in a room."""
        user = self.users.get(user_id)
        return [session for session in user.sessions if session.room_id == room_id] if user is not None else []

    def tell(self, user_id: str, message: bytes) -> None:
        """Tells a message to a person's sessions on this worker."""
        user = self.users.get(user_id)
        for session in user.sessions if user is not None else ():
            session.tell(message)

    def bar(self, user_id: str, barred: Barred) -> None:
        """Ends those sockets of a person whose tokens are good for nothing any more."""
        for name in (user_id, guardians_sockets(user_id)):
            user = self.users.get(name)
            for session in tuple(user.sessions) if user is not None else ():
                if session.person is not None and (refusal := barred.refusal(session.person)) is not None:
                    session.turn_away(refusal)

    def wallet_moved(self, user_id: str, coins: int, version: int, level: int | None = None) -> None:
        """Tells a user's sessions of a new balance; the one that spent learns it from its receipt as well."""
        user = self.users.get(user_id)
        if user is None:
            return
        if level is not None:
            user.reach(level)
        if version <= user.version:
            return
        user.version = version
        if len(user.sessions) > 1:
            _tell_wallet(user, coins, version)

    def hear_person(self, payload: bytes) -> None:
        """Takes what the store publishes to a person: `<user> <what the sockets are told>`."""
        whom, _, message = payload.partition(b" ")
        self.tell(whom.decode(), message)

    def hear_wallets(self, payload: bytes, own_name: str) -> None:
        """Takes what the store publishes of wallets.

        It is who moved them, then lines of `<user> <coins> <version>`, and the level that the user came to. This worker
        told its sessions of its own moves, by `own_name`, when the store answered.
        """
        mover, *moved = payload.decode().split("\n")
        for line in moved if not mover or mover != own_name else ():
            user_id, coins, version, *level = line.split(" ")
            if (user := self.users.get(user_id)) is None:
                continue
            if level:
                user.reach(int(level[0]))
            if int(version) > user.version:
                user.version = int(version)
                _tell_wallet(user, int(coins), int(version))


def _tell_wallet(user: User, coins: int, version: int) -> None:
    message = b'{"type":"wallet_changed","balance":{"coins":%d,"version":%d}}' % (coins, version)
    for session in user.sessions:
        session.tell(message)
