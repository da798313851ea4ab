from __future__ import annotations

from typing import Annotated, Any

import msgspec
import pytest

from app.rules import messages
from app.rules.messages import Event, Message, Notice, Reply, one_of
from tests.rules.bounds import Unbounded, most_bytes

EXAMPLES = [
    b'{"type":"gift_sent","offset":1,"at_ms":2,"id":"i","sender":{"id":null,"name":null},"receiver":"sam","gift":"rose",'
    b'"quantity":1,"coins":1,"diamonds":"1","streak":null}',
    b'{"type":"streak_ended","offset":1,"at_ms":2,"streak":{"id":"i","count":1,"coins":1},'
    b'"sender":{"id":"a","name":"A","avatar":"x"},"gift":"rose","receiver":"sam"}',
    b'{"type":"comment_posted","offset":1,"at_ms":2,"id":"i","sender":{"id":"a","name":"A"},"text":"t"}',
    b'{"type":"comment_removed","offset":1,"at_ms":2,"id":"i"}',
    b'{"type":"viewers","count":3}',
    b'{"type":"leaderboard","top":[{"user":{"id":"a","name":"A"},"coins":5}]}',
    b'{"type":"wallet_changed","balance":{"coins":1,"version":2}}',
    b'{"type":"reconnect","after_ms":5,"reason":"r"}',
    b'{"type":"pong","server_ms":1}',
]


@pytest.mark.parametrize("raw", EXAMPLES, ids=lambda raw: msgspec.json.decode(raw)["type"])
def test_a_message_is_known_by_its_type(raw: bytes) -> None:
    """A message is read as the type that its tag names, and written back the same."""
    message: Any = msgspec.json.decode(raw, type=Message)

    assert msgspec.json.decode(raw) == msgspec.json.decode(msgspec.json.encode(message))


def test_tags_are_unique() -> None:
    """No two messages have the same type."""
    tags = [kind.__struct_config__.tag for kind in one_of(Message)]

    assert len(tags) == len(set(tags))
    assert None not in tags


def test_each_message_is_an_event_a_reply_or_a_notice() -> None:
    """The three kinds together are all messages; events alone have an offset."""
    assert set(one_of(Message)) == {*one_of(Event), *one_of(Reply), *one_of(Notice)}
    offset = {kind for kind in one_of(Message) if "offset" in kind.__struct_fields__}
    assert {*one_of(Event), messages.Welcome, messages.Resync} == offset


# In KB: a welcome has a leaderboard, the latest gifts and fifty streaks in it, a room twenty guests.
LARGE = {"welcome": 384, "resync": 384, "room_changed": 24, "leaderboard": 32, "overlay_changed": 48}
OTHERS = 8


@pytest.mark.parametrize("kind", one_of(Message), ids=lambda kind: str(kind.__struct_config__.tag))
def test_every_message_has_a_bound(kind: type[msgspec.Struct]) -> None:
    """Whatever is made for a connection is no longer than its kind may be, as its type says."""
    assert most_bytes(kind) <= LARGE.get(str(kind.__struct_config__.tag), OTHERS) * 1024


class Loose(msgspec.Struct):
    """A message with a text of any length in a list."""

    said: Annotated[list[str], msgspec.Meta(max_length=2)]


def test_what_has_no_bound_is_found() -> None:
    """A text without a longest length makes a message unbounded, wherever in it that stands."""
    with pytest.raises(Unbounded, match=r"Loose\.said"):
        most_bytes(Loose)
