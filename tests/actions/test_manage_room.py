from __future__ import annotations

import asyncio
import json
from typing import Any

import msgspec
import pytest

from app.actions.manage_room import NewRoom, RoomChange, change_room, open_room
from app.base.errors import Refusal
from app.rules.messages import RoomChanged, StreakEnded
from app.rules.rooms import Media, Payee
from tests.books import check_books, read_log
from tests.world import World

NEW = NewRoom(id="new", title="New", streamer=Payee("sue", "Sue"), guests=(Payee("gil", "Gil"),), kind="video")


async def test_a_room_is_opened(world: World) -> None:
    """A new room is live, with an epoch and without events."""
    room, created = await open_room(world.partitions, NEW)

    assert created
    assert ("new", "New", "video", "live", "sue", "gil") == (
        room.id,
        room.title,
        room.kind,
        room.status,
        room.streamer.id,
        room.guests[0].id,
    )
    assert room.epoch
    assert room == await world.rooms.get("new")
    assert [] == await read_log(world, "new")


async def test_many_open_a_room_and_one_creates_it(world: World) -> None:
    """Of many who open the same room at once, one creates it, and all get the same."""
    opened = await asyncio.gather(*(open_room(world.partitions, NEW) for _ in range(20)))

    assert 1 == sum(created for _, created in opened)
    assert 1 == len({room.epoch for room, _ in opened})


async def test_a_change_is_told_to_the_room(world: World) -> None:
    """What is changed is told in one event with the whole room; what is left out stays."""
    room = await change_room(world.partitions, "main", RoomChange(title="Other"))
    (event,) = await read_log(world, "main")

    assert isinstance(event, RoomChanged)
    assert ("Other", ("gil",)) == (event.room.title, tuple(guest.id for guest in event.room.guests))
    assert room == await world.rooms.get("main")


async def test_an_owner_says_no(world: World) -> None:
    """Whether a room may be promoted is said when it is opened, and changed and told like all else."""
    assert world.room["main"].promotable
    closed, _ = await open_room(world.partitions, msgspec.structs.replace(NEW, promotable=False))
    assert not closed.promotable
    again = await change_room(world.partitions, "new", RoomChange(promotable=True))
    (event,) = await read_log(world, "new")

    assert isinstance(event, RoomChanged)
    assert (True, again) == (event.room.promotable, await world.rooms.get("new"))


async def test_a_video_has_a_clip(world: World) -> None:
    """Where a video is played from is said when it is opened, changed and taken away again; a live room has none."""
    clip = Media(url="https://clips.example/1.mp4", poster="/posters/1.jpg", seconds=20)
    video, _ = await open_room(world.partitions, msgspec.structs.replace(NEW, media=clip))
    assert clip == video.media
    other = await change_room(world.partitions, "new", RoomChange(media=Media(url="/clips/2.webm")))
    assert other == await world.rooms.get("new")
    none = await change_room(world.partitions, "new", RoomChange(media=None))
    told = [event.room.media for event in await read_log(world, "new") if isinstance(event, RoomChanged)]

    assert none.media is None
    assert [Media(url="/clips/2.webm"), msgspec.UNSET] == told
    for wrong in (
        open_room(world.partitions, msgspec.structs.replace(NEW, id="other", kind="live", media=clip)),
        change_room(world.partitions, "main", RoomChange(media=clip)),
    ):
        with pytest.raises(Refusal, match="bad_request"):
            await wrong


@pytest.mark.parametrize(
    "url",
    [
        "http://clips.example/1.mp4",
        "https://clips.example",
        "//clips.example/1.mp4",
        "/\\clips.example/1.mp4",
        "javascript:alert(1)",
        "https://user@clips.example/1.mp4",
        'https://clips.example/"',
        "/clip 1.mp4",
        "/" + 500 * "x",
        "",
    ],
)
def test_a_clip_is_at_https_or_here(url: str) -> None:
    """No other address is taken, nor one that a browser would read as another."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps({"url": url}), type=Media)


async def test_a_room_from_before_may_be_promoted(world: World) -> None:
    """A room that was stored before it could be said may be promoted."""
    await world.store.call("HDEL", world.keys.room("main"), "promotable")

    assert (await world.rooms.get("main")).promotable


async def test_no_change_is_no_event(world: World) -> None:
    """A change to what already is says nothing."""
    for change in (RoomChange(), RoomChange(title="Main"), RoomChange(status="live")):
        assert world.room["main"] == await change_room(world.partitions, "main", change)

    assert [] == await read_log(world, "main")


async def test_guests_come_and_go(world: World) -> None:
    """Who is a guest can be given gifts; who is none any more cannot."""
    room = await change_room(world.partitions, "main", RoomChange(guests=(Payee("eve", "Eve"),)))

    assert [True, False] == [room.payee(user) is not None for user in ("eve", "gil")]


async def test_the_end_of_a_room(world: World) -> None:
    """A room that ends says so and ends its streaks; it takes no gift until it is live again."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(gift="heart"))
    await change_room(world.partitions, "main", RoomChange(status="ended"))
    assert ["Rroom_not_live"] == await world.send_in_vain(world.order())
    assert "main" not in [room for _, room in await world.rooms.live(None, 10)]
    for _ in range(2):
        await change_room(world.partitions, "main", RoomChange(status="ended"))
    kinds = [type(event) for event in await read_log(world, "main")][2:]
    assert [RoomChanged, StreakEnded, StreakEnded] == kinds

    room = await change_room(world.partitions, "main", RoomChange(status="live", title="Again"))
    assert ("live", "Again", world.room["main"].epoch) == (room.status, room.title, room.epoch)
    (result,) = await world.send(world.order())
    assert result.startswith("NA|4|93|")
    await check_books(world)


async def test_unknown_rooms_do_not_change(world: World) -> None:
    """A room that there is not cannot be changed."""
    with pytest.raises(Refusal, match="room_not_found"):
        await change_room(world.partitions, "nowhere", RoomChange(title="x"))


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (NewRoom, {"id": "a b", "title": "t", "streamer": {"id": "s", "name": "S"}}),
        (NewRoom, {"id": "a", "title": "", "streamer": {"id": "s", "name": "S"}}),
        (NewRoom, {"id": "a", "title": "t"}),
        (NewRoom, {"id": "a", "title": "t", "streamer": {"id": "s", "name": "S"}, "kind": "radio"}),
        (NewRoom, {"id": "a", "title": "t", "streamer": {"id": "s", "name": "S"}, "guests": [{"id": "s"}]}),
        (RoomChange, {"status": "gone"}),
        (RoomChange, {"title": "t" * 121}),
        (RoomChange, {"title": None}),
        (RoomChange, {"guests": [{"id": "g", "name": "G"}] * 21}),
    ],
)
def test_bodies_have_bounds(kind: Any, body: dict[str, Any]) -> None:
    """Wrong ids, titles, kinds, states and too many guests are refused."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(json.dumps(body), type=kind)
