"""HTTP for rooms: seen by everyone, opened, changed and ended by the platform."""

from __future__ import annotations

import asyncio
from typing import Any

import msgspec
import pytest

from app.rules.messages import (
    CommentPosted,
    CommentRemoved,
    Error,
    GiftAccepted,
    Gifts,
    RoomBoard,
    RoomChanged,
    RoomList,
    RoomView,
)
from app.store.keys import Keys
from tests.edge.product import Product
from tests.edge.reading import read, refusal
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0, "workers": 2}
ROOM: dict[str, Any] = {"id": "r", "title": "A room", "streamer": {"id": "s", "name": "Nova"}}


async def test_room_says_who_streams_and_how_many_watch(product: Product) -> None:
    """A room is shown with its people and the number of its viewers, live or ended."""
    room = await product.open_room("shown", guests=[{"id": "g", "name": "Guest"}])
    async with product.join("ann", room), product.join("bob", room):

        async def viewers() -> int:
            return int((await read(product, f"/v1/rooms/{room}", RoomView)).viewers)

        async with asyncio.timeout(10):
            while await viewers() != 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        view = await read(product, f"/v1/rooms/{room}", RoomView)
    assert ("live", "streamer", ("g",)) == (view.status, view.streamer.id, tuple(guest.id for guest in view.guests))
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{room}")
    assert "ended" == (await read(product, f"/v1/rooms/{room}", RoomView)).status


@pytest.mark.parametrize("path", ["/v1/rooms/nowhere", "/v1/rooms/nowhere/leaderboard", "/v1/rooms/%00"])
async def test_room_that_does_not_exist_is_a_problem(product: Product, path: str) -> None:
    """404, as on the socket."""
    problem = await refusal(product, path)
    assert ("room_not_found", 404, False) == (problem.error, problem.status, problem.retryable)


async def test_rooms_are_listed_page_by_page(product: Product) -> None:
    """The live rooms, the newest first, each once, an ended one not at all, and none is lost behind one that ends."""
    opened = [await product.open_room(f"list-{i}") for i in range(7)]
    async with product.platform() as http:
        await http.delete(f"/v1/rooms/{opened.pop(3)}")
    found: list[str] = []
    cursor: str | None = None
    while True:
        more = {"cursor": cursor} if cursor else {}
        page = await read(product, "/v1/rooms", RoomList, limit=2, **more)
        found += [room.id for room in page.rooms]
        assert len(page.rooms) <= 2
        cursor = page.cursor
        if cursor is None:
            break
        if len(found) == 2:
            async with product.platform() as http:
                await http.delete(f"/v1/rooms/{found[1]}")
    listed = [room for room in found if room.startswith("list-")]
    assert sorted(opened) == sorted(listed)
    assert len(set(found)) == len(found)
    assert "main" in found


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "١", "9" * 5000])
async def test_limit_is_checked(product: Product, limit: str) -> None:
    """A limit is a whole number from 1 to 100."""
    assert "bad_request" == (await refusal(product, "/v1/rooms", limit=limit)).error


async def test_cursor_that_is_no_good_is_said_so(product: Product) -> None:
    """A cursor that no page has ended with is refused rather than begun anew."""
    assert "bad_request" == (await refusal(product, "/v1/rooms", cursor="gone")).error


async def test_leaderboard_has_the_top(product: Product) -> None:
    """The top viewers by coins, with the sum of all."""
    room = await product.open_room("top")
    for i in range(4):
        await product.grant(f"t{i}", 100)
        async with product.join(f"t{i}", room) as client:
            await client.send_gift(new_id(), quantity=i + 1)
    board = await read(product, f"/v1/rooms/{room}/leaderboard", RoomBoard, limit=3)
    assert ([("t3", 4), ("t2", 3), ("t1", 2)], 10) == ([(r.user.id, r.coins) for r in board.top], board.coins_total)
    # Whose name the store was never told is shown by his id.
    product.ask_store("HDEL", Keys().names, "t3")
    board = await read(product, f"/v1/rooms/{room}/leaderboard", RoomBoard, limit=1)
    assert ("t3", "t3") == (board.top[0].user.id, board.top[0].user.name)


async def test_room_is_opened_once(product: Product) -> None:
    """201 for a new room, 200 and no change for one that is live already, 200 for one that is live again."""
    async with product.platform() as http:
        created = await http.post("/v1/rooms", json={**ROOM, "id": "once", "kind": "video"})
        again = await http.post("/v1/rooms", json={**ROOM, "id": "once", "title": "Another"})
        await http.delete("/v1/rooms/once")
        reopened = await http.post("/v1/rooms", json={**ROOM, "id": "once", "title": "Another"})
    assert (201, 200, 200) == (created.status_code, again.status_code, reopened.status_code)
    assert created.json() == again.json()
    assert ("A room", "video", "live", 0) == tuple(
        created.json()[name] for name in ("title", "kind", "status", "viewers")
    )
    assert ("Another", "live") == (reopened.json()["title"], reopened.json()["status"])


@pytest.mark.parametrize(
    "change",
    [
        {"id": ""},
        {"id": "a b"},
        {"id": "a\n"},
        {"id": "x" * 65},
        {"id": 5},
        {"title": ""},
        {"title": "x" * 121},
        {"streamer": None},
        {"streamer": {"id": "a:b", "name": "N"}},
        {"streamer": {"id": "a", "name": ""}},
        {"kind": "radio"},
        {"guests": [{"id": "g"}]},
        {"guests": [{"id": f"g{i}", "name": "G"} for i in range(21)]},
    ],
)
async def test_room_that_is_none_is_refused(product: Product, change: dict[str, Any]) -> None:
    """What is wrong with a room is a problem, and nothing is opened."""
    async with product.platform() as http:
        answer = await http.post("/v1/rooms", json={**ROOM, "id": "bad", **change})
        assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
        assert 404 == (await http.get("/v1/rooms/bad")).status_code


async def test_change_is_told_to_the_room(product: Product) -> None:
    """Title and guests change for everyone at once, on every worker; what was not said stays."""
    room = await product.open_room("changing")
    async with product.join("ann", room) as ann, product.join("bob", room) as bob, product.platform() as http:
        answer = await http.patch(f"/v1/rooms/{room}", json={"title": "Now", "guests": [{"id": "g", "name": "Guest"}]})
        for viewer in (ann, bob):
            changed = await viewer.until(RoomChanged)
            assert ("Now", "live", "streamer") == (changed.room.title, changed.room.status, changed.room.streamer.id)
        assert ("Now", "g") == (answer.json()["title"], answer.json()["guests"][0]["id"])
        await product.grant("ann", 5)
        gift = await ann.send_gift(new_id(), receiver="g")
        assert isinstance(gift, GiftAccepted)
        nothing = await http.patch(f"/v1/rooms/{room}", json={})
        assert "Now" == nothing.json()["title"]


async def test_guest_who_left_receives_nothing(product: Product) -> None:
    """A guest is one as long as the room says so."""
    room = await product.open_room("leaving", guests=[{"id": "g", "name": "Guest"}])
    await product.grant("ann", 5)
    async with product.join("ann", room) as ann, product.platform() as http:
        assert isinstance(await ann.send_gift(new_id(), receiver="g"), GiftAccepted)
        await http.patch(f"/v1/rooms/{room}", json={"guests": []})
        await ann.until(RoomChanged)
        # The event is shown before the worker has read the room's properties again.
        async with asyncio.timeout(10):
            while isinstance(answer := await ann.send_gift(new_id(), receiver="g"), GiftAccepted):
                pass
        assert "unknown_receiver" == answer.error


async def test_ended_room_is_live_again_when_it_is_said_so(product: Product) -> None:
    """PATCH with `live` opens an ended room; its stream of events goes on where it was."""
    room = await product.open_room("again")
    await product.grant("ann", 5)
    async with product.join("ann", room) as ann, product.platform() as http:
        await ann.send_gift(new_id())
        await http.delete(f"/v1/rooms/{room}")
        await ann.until(RoomChanged, lambda changed: changed.room.status == "ended")
        back = await http.patch(f"/v1/rooms/{room}", json={"status": "live"})
        assert "live" == back.json()["status"]
        await ann.until(RoomChanged, lambda changed: changed.room.status == "live")
        async with asyncio.timeout(10):
            while not isinstance(await ann.send_gift(new_id()), GiftAccepted):  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        ann.assert_dense()
        assert room in [shown["id"] for shown in (await http.get("/v1/rooms", params={"limit": 100})).json()["rooms"]]


@pytest.mark.parametrize("method", ["PATCH", "DELETE"])
async def test_room_that_does_not_exist_cannot_be_changed(product: Product, method: str) -> None:
    """404."""
    async with product.platform() as http:
        answer = await http.request(method, "/v1/rooms/nowhere", json={"title": "T"} if method == "PATCH" else None)
    assert (404, "room_not_found") == (answer.status_code, answer.json()["error"])


@pytest.mark.parametrize("change", [{"title": ""}, {"status": "paused"}, {"guests": {}}, [], {"title": None}])
async def test_change_that_is_none_is_refused(product: Product, change: Any) -> None:
    """A change is checked as a whole before any of it is done."""
    async with product.platform() as http:
        answer = await http.patch("/v1/rooms/main", json=change)
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])


async def test_comment_is_removed_once(product: Product) -> None:
    """Asking twice says it once; removing what there is not says so."""
    room = await product.open_room("removing")
    async with product.join("ann", room) as ann, product.platform() as http:
        await ann.say({"type": "send_comment", "id": "c1", "text": "rude"})
        await ann.until(CommentPosted)
        for _ in range(2):
            assert 202 == (await http.delete(f"/v1/rooms/{room}/comments/ann:c1")).status_code
        await ann.say({"type": "send_comment", "id": "c2", "text": "sorry"})
        await ann.events_to(3)
        assert ["ann:c1"] == [removed.id for removed in ann.all_of(CommentRemoved)]
        for there, slug in (
            ("nowhere/comments/ann:c1", "room_not_found"),
            ("main/comments/ann:c1", "unknown_comment"),
            (f"{room}/comments/c1", "unknown_comment"),
            (f"{room}/comments/bob:c1", "unknown_comment"),
            (f"{room}/comments/ann:{'c' * 5000}", "unknown_comment"),
            (f"{'r' * 5000}/comments/ann:c1", "room_not_found"),
        ):
            answer = await http.delete(f"/v1/rooms/{there}")
            assert (404, slug) == (answer.status_code, answer.json()["error"])


async def test_gifts_on_a_video(product: Product) -> None:
    """A video takes the gifts that `GET /v1/gifts?kind=video` lists, without streaks, and says where it is played."""
    media = {"url": "https://clips.example/1.mp4", "seconds": 20}
    room = await product.open_room("video", kind="video", media=media)
    view = await read(product, f"/v1/rooms/{room}", RoomView)
    assert ("video", media) == (view.kind, msgspec.to_builtins(view.media))
    gifts = {gift.id for gift in (await read(product, "/v1/gifts", Gifts, kind="video")).gifts}
    assert {"heart", "galaxy"} <= gifts
    assert not {"rose", "unicorn", "disco_ball"} & gifts
    assert "bad_request" == (await refusal(product, "/v1/gifts", kind="radio")).error
    await product.grant("ann-video", 100)
    async with product.join("ann-video", room) as ann:
        assert media == msgspec.to_builtins(ann.welcome.room.media)
        answer = await ann.send_gift(new_id(), "heart")
        assert isinstance(answer, GiftAccepted)
        assert answer.streak is None
        refused = await ann.send_gift(new_id(), "rose")
        assert isinstance(refused, Error)
        assert "gift_unavailable" == refused.error
    for wrong in ({"kind": "live", "media": media}, {"kind": "video", "media": {"url": "http://clips.example/1.mp4"}}):
        async with product.platform() as http:
            problem = (await http.post("/v1/rooms", json={**ROOM, "id": "wrong", **wrong})).json()
        assert "bad_request" == problem["error"]
