"""A person says something in a room, or a moderator takes it back."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import orjson

from app.base.clock import Clock
from app.base.errors import Refusal, StoreError, refusal_of, unavailable
from app.rules.commands import SendComment
from app.rules.gifts import SENDING_ROLES, error_json
from app.rules.moderation import HeldComment, refusal_in
from app.rules.texts import lines, seen
from app.rules.tokens import Person
from app.store.batcher import Batcher
from app.store.client import reason_of
from app.store.moderation import put_held
from app.store.rooms import Comment, Rooms

PACE_S = 0.02
COMMENT_ID = re.compile(r"[A-Za-z0-9_-]{1,64}:[A-Za-z0-9._:-]{1,64}")


@dataclass(slots=True)
class Saying:
    """A comment on its way into a room, the id of its command, and who hears of a refusal."""

    comment: Comment
    id: str
    reply: Callable[[bytes], None]


class CommentSender:
    """All comments that are said in the rooms of one partition on a worker."""

    def __init__(self, rooms: Rooms, clock: Clock) -> None:
        self._rooms = rooms
        self._clock = clock
        self._waiting: set[asyncio.Future[None]] = set()
        self.batcher: Batcher[Saying] = Batcher(self._say, self._deliver, PACE_S)

    def send(
        self,
        person: Person,
        sender_json: str,
        room: str,
        command: SendComment,
        reply: Callable[[bytes], None],
        *,
        keeps: bool = False,
    ) -> None:
        """Takes a comment: the room sees it, or `reply` gets an error.

        Args:
            keeps: whether the person keeps the room in order, where comments are slow or off for others.

        Raises:
            Refusal: it was not taken.
        """
        if person.role not in SENDING_ROLES:
            raise Refusal("forbidden")
        text = orjson.dumps(seen("text", lines(command.text))).decode()
        # Named by us: of what two people post under one id, each can be removed.
        comment_id = f"{person.sub}:{command.id}"
        fields = f',"id":"{comment_id}","sender":{sender_json},"text":{text}}}'
        comment = Comment(room, comment_id, fields, person.sub, keeps)
        if not self.batcher.put(Saying(comment, command.id, reply)):
            raise Refusal("overloaded")

    def hold(
        self,
        person: Person,
        sender_json: str,
        room: str,
        command: SendComment,
        reply: Callable[[bytes], None],
    ) -> None:
        """Has a comment wait for a moderator; `reply` is told so. Raises Refusal as `send` does."""
        if person.role not in SENDING_ROLES:
            raise Refusal("forbidden")
        text = seen("text", lines(command.text))
        comment = HeldComment(
            id=f"{person.sub}:{command.id}", at_ms=self._clock(), sender=orjson.loads(sender_json), text=text
        )
        waiting = asyncio.ensure_future(self._hold(room, comment, command.id, reply))
        self._waiting.add(waiting)
        waiting.add_done_callback(self._waiting.discard)

    async def _hold(self, room: str, comment: HeldComment, command_id: str, reply: Callable[[bytes], None]) -> None:
        try:
            await put_held(self._rooms.standing, room, comment)
        except StoreError as error:
            reply(error_json(unavailable(reason_of(error)), command_id))
        except Refusal as refusal:
            reply(error_json(refusal, command_id))
        else:
            reply(error_json(Refusal("comment_held"), command_id))

    async def _say(self, sayings: list[Saying]) -> Sequence[bytes]:
        return await self._rooms.post([saying.comment for saying in sayings], self._clock())

    def _deliver(self, sayings: list[Saying], results: Sequence[bytes]) -> None:
        for saying, result in zip(sayings, results, strict=True):
            if result[:1] == b"R":
                answer = result[1:].decode()
                saying.reply(error_json(refusal_in(answer) or refusal_of(answer), saying.id))


async def remove_comment(rooms: Rooms, room: str, comment_id: str, now_ms: int) -> bool:
    """Tells a room that a comment is gone; False where it was removed before.

    Raises:
        Refusal: `unknown_comment`, `room_not_found` or `uninitialised`.
    """
    if not COMMENT_ID.fullmatch(comment_id):
        raise Refusal("unknown_comment")
    return await rooms.remove(Comment(room, comment_id, f',"id":"{comment_id}"}}'), now_ms)
