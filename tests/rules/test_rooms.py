from __future__ import annotations

import json
from typing import Any

import msgspec
import pytest

from app.rules.messages import RoomView
from app.rules.rooms import Member, Room
from tests.rules.shapes import strictly

ROOM: dict[str, Any] = {
    "id": "main",
    "title": "Main",
    "kind": "live",
    "status": "live",
    "streamer": {"id": "sam", "name": "Sam"},
}


def test_streamer_and_guests_receive() -> None:
    """Gifts go to the streamer and to guests, to nobody else."""
    room = msgspec.convert({**ROOM, "guests": [{"id": "gil", "name": "Gil"}]}, Room)

    assert [True, True, False, False] == [room.payee(user) is not None for user in ("sam", "gil", "Sam", "")]


def test_public_view() -> None:
    """Clients see all but the epoch and where people are paid, with the number of viewers."""
    guest = {"id": "gil", "name": "Gil", "country": "JP"}
    room = msgspec.convert({**ROOM, "epoch": "e", "guests": [guest]}, Room)
    view = strictly(msgspec.json.encode(room.public(3)), RoomView)

    assert (Member("sam", "Sam"), (Member("gil", "Gil"),), 3) == (view.streamer, view.guests, view.viewers)


@pytest.mark.parametrize("field", ["id", "streamer"])
@pytest.mark.parametrize("bad", ["", "a b", "a/b", "a\n", "é", "a" * 65, "a\x00", 'a"', "{p0}"])
def test_ids_are_of_plain_characters(field: str, bad: str) -> None:
    """Ids of rooms and people hold nothing that would need an escape anywhere."""
    value: Any = {"id": bad, "name": "x"} if field == "streamer" else bad
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**ROOM, field: value}, Room)


@pytest.mark.parametrize(
    "changed",
    [
        {"title": ""},
        {"title": "t" * 121},
        {"kind": "radio"},
        {"status": "paused"},
        {"streamer": {"id": "sam", "name": ""}},
        {"streamer": {"id": "sam", "name": "Sam", "country": "de"}},
    ],
)
def test_properties_have_bounds(changed: dict[str, Any]) -> None:
    """An empty or long title or name and an unknown kind or status are refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({**ROOM, **changed}, Room)


def test_bounds_hold_for_json_too() -> None:
    """What comes as JSON is held to the same bounds."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({**ROOM, "id": "a b"}), type=Room)
