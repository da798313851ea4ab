"""A person says something in a room, or a moderator takes it back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from app.base.clock import Clock
from app.base.errors import Refusal, refusal_of
from app.rules.commands import SendComment
from app.rules.gifts import SENDING_ROLES, error_json
from app.rules.tokens import Person
from app.store.batcher import Batcher
from app.store.rooms import RoomEvent, Rooms

PACE_S = 0.02


@dataclass(slots=True)
class Saying:
    """An event on its way into a room, and who hears of a refusal."""

    event: RoomEvent
    id: str
    reply: Callable[[bytes], None]


class CommentSender:
    """All comments of a worker."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self.batcher: Batcher[Saying] = Batcher(self._say, self._deliver, PACE_S)

    def send(
        self,
        person: Person,
        sender_json: str,
        room: str,
        command: SendComment,
        reply: Callable[[bytes], None],
    ) -> None:
        """Takes a comment: the room sees it, or `reply` gets an error.

        Raises:
            Refusal: it was not taken.
        """
        if person.role not in SENDING_ROLES:
            raise Refusal("forbidden")
        comment_id, text = (orjson.dumps(part).decode() for part in (command.id, command.text))
        fields = f',"id":{comment_id},"sender":{sender_json},"text":{text}}}'
        event = RoomEvent(room, f"{room}:{person.sub}:{command.id}", "comment_posted", fields)
        if not self.batcher.put(Saying(event, command.id, reply)):
            raise Refusal("overloaded")

    async def _say(self, sayings: list[Saying]) -> Sequence[bytes]:
        return await self._rooms.say([saying.event for saying in sayings], self._clock())

    def _deliver(self, sayings: list[Saying], results: Sequence[bytes]) -> None:
        for saying, result in zip(sayings, results, strict=True):
            if result[:1] == b"R":
                saying.reply(error_json(refusal_of(result[1:].decode()), saying.id))


async def remove_comment(rooms: Rooms, room: str, comment_id: str, now_ms: int) -> None:
    """Tells a room that a comment is gone.

    Raises:
        Refusal: `room_not_found`, `room_not_live` or `uninitialised`.
    """
    fields = f',"id":{orjson.dumps(comment_id).decode()}}}'
    (result,) = await rooms.say([RoomEvent(room, f"{room}:removed:{comment_id}", "comment_removed", fields)], now_ms)
    if result[:1] == b"R":
        raise refusal_of(result[1:].decode())
