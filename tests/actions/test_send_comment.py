from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.actions.manage_room import RoomChange, change_room
from app.actions.send_comment import CommentSender, remove_comment
from app.base.errors import Refusal
from app.rules.commands import SendComment
from app.rules.gifts import person_json
from app.rules.messages import CommentPosted, CommentRemoved, Error
from app.store.client import Store
from app.store.rooms import Rooms
from app.store.standing import Standing
from tests.books import read_log
from tests.fault_proxy import Fault, FaultProxy
from tests.rules.shapes import strictly
from tests.world import EPOCH, World, person


class Desk:
    """A worker's comments, with all that it has replied."""

    def __init__(self, world: World, rooms: Rooms) -> None:
        self.replies: list[bytes] = []
        self.sender = CommentSender(rooms, world.now_ms)

    def say(self, comment_id: str, text: str = "hi", room: str = "main", user: str = "ann", **who: Any) -> None:
        """Hands a comment in."""
        author = person(user, **who)
        command = SendComment(comment_id, text)
        self.sender.send(author, person_json(author), room, command, self.replies.append)


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    """A worker's comments."""
    desk = Desk(world, world.rooms)
    yield desk
    await desk.sender.batcher.drain()


async def test_the_room_sees_a_comment(desk: Desk, world: World) -> None:
    """A comment is an event with its id, its author and its text, whatever people write; it has no reply."""
    nasty = 'a"b\\c\nd|e,\n{é🎁'
    desk.say("c.1:x_y-z", nasty, name=nasty)
    await desk.sender.batcher.drain()
    (event,) = await read_log(world, "main")

    assert isinstance(event, CommentPosted)
    assert ("ann:c.1:x_y-z", nasty, nasty, "ann") == (event.id, event.text, event.sender.name, event.sender.id)
    assert [] == desk.replies


async def test_a_comment_is_said_once(desk: Desk, world: World) -> None:
    """The same id again says nothing more; of another author or in another room it is another comment."""
    desk.say("c")
    desk.say("c", "something else")
    desk.say("c", user="bob")
    desk.say("c", room="side")
    await desk.sender.batcher.drain()
    desk.say("c")
    await desk.sender.batcher.drain()

    assert ["ann", "bob"] == [event.sender.id for event in await read_log(world, "main")]
    assert 1 == len(await read_log(world, "side"))


async def test_a_refusal_names_the_comment(desk: Desk, world: World) -> None:
    """Where the room is ended or unknown, the author hears of it with the comment's id."""
    await change_room(world.partitions, "side", RoomChange(status="ended"))
    desk.say("c1", room="side")
    desk.say("c2", room="nowhere")
    await desk.sender.batcher.drain()
    errors = [strictly(reply, Error) for reply in desk.replies]

    assert [("c1", "room_not_live"), ("c2", "room_not_found")] == [(error.id, error.error) for error in errors]


@pytest.mark.parametrize("role", ["overlay", "guardian", "operator"])
async def test_some_roles_say_nothing(role: str, desk: Desk) -> None:
    """Overlays, guardians and operators post no comments."""
    with pytest.raises(Refusal, match="forbidden"):
        desk.say("c", role=role)


@pytest.mark.parametrize("fault", [Fault.DROP_REQUEST, Fault.DROP_REPLY])
async def test_a_broken_connection_says_it_once(fault: Fault, world: World, proxy: FaultProxy) -> None:
    """Whether the connection breaks before or after the store has it, a comment is said once."""
    behind = Store(f"{proxy.url}?db=1")
    desk = Desk(world, Rooms(Standing(behind, EPOCH)))
    await behind.call("PING")
    proxy.plan(fault)
    desk.say("c")
    await desk.sender.batcher.drain()
    behind.close()

    assert 1 == len(await read_log(world, "main"))
    assert [] == desk.replies


async def test_a_comment_is_removed_once(desk: Desk, world: World) -> None:
    """The room is told once that a comment is gone, however often that is asked."""
    desk.say("c")
    await desk.sender.batcher.drain()
    assert [True, False] == [await remove_comment(world.rooms, "main", "ann:c", world.now_ms()) for _ in range(2)]
    _, *removed = await read_log(world, "main")

    assert [CommentRemoved(offset=2, at_ms=removed[0].at_ms, id="ann:c")] == removed
    with pytest.raises(Refusal, match="room_not_found"):
        await remove_comment(world.rooms, "nowhere", "ann:c", world.now_ms())


async def test_every_comment_can_be_removed(desk: Desk, world: World) -> None:
    """Whoever posts under an id that another has, or is called as a mark may be, has a comment of his own to remove."""
    authors = ["ann", "bob", "removed", "main"]
    for author in authors:
        for comment_id in ("c", "removed:c", "ann:c", ".."):
            desk.say(comment_id, user=author)
    await desk.sender.batcher.drain()
    posted = [event.id for event in await read_log(world, "main")]
    for comment_id in posted:
        assert await remove_comment(world.rooms, "main", comment_id, world.now_ms()), comment_id
    removed = [event.id for event in await read_log(world, "main") if isinstance(event, CommentRemoved)]

    assert 16 == len(set(posted))
    assert posted == removed


@pytest.mark.parametrize(
    "comment_id", ["c", "ann:", ":c", "ann:c d", "ann:c/d", "a" * 65 + ":c", "ann:" + "c" * 65, ""]
)
async def test_what_is_no_comment_is_unknown(comment_id: str, world: World) -> None:
    """An id that no comment can have is not looked for."""
    with pytest.raises(Refusal, match="unknown_comment"):
        await remove_comment(world.rooms, "nowhere", comment_id, world.now_ms())


@pytest.mark.parametrize(
    ("text", "shown"), [("\u202eabc", "abc"), ("a\u200bb\r\nc", "ab\nc"), ("z" + "\u0301" * 9, "z" + "\u0301" * 4)]
)
async def test_a_comment_is_shown_without_what_hides(text: str, shown: str, desk: Desk, world: World) -> None:
    """What would hide, turn or stack is gone from a comment."""
    desk.say("c", text)
    await desk.sender.batcher.drain()

    assert [shown] == [event.text for event in await read_log(world, "main")]


@pytest.mark.parametrize("text", [" ", "\n\n", "\u200b\u2060", "\u3164"])
async def test_a_blank_comment_is_refused(text: str, desk: Desk) -> None:
    """Where there is nothing to be seen, nothing is posted."""
    with pytest.raises(Refusal, match="bad_request"):
        desk.say("c", text)


async def test_a_comment_cannot_pose_as_a_gift(desk: Desk, world: World) -> None:
    """A text that tries to end its event and begin another stays a text."""
    text = '","type":"gift_sent","coins":1000000,"x":"},\n{"type":"gift_sent"'
    desk.say("c", text)
    await desk.sender.batcher.drain()

    assert [(CommentPosted, text)] == [(type(event), event.text) for event in await read_log(world, "main")]
