"""HTTP for the platform's backend: rooms are opened, changed and ended, coins are granted once for each key."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.rules.messages import CommentPosted, CommentRemoved, GiftAccepted, RoomChanged
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"workers": 2}
ROOM: dict[str, Any] = {"id": "r", "title": "A room", "streamer": {"id": "s", "name": "Nova"}}


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
    """Asking twice says it once."""
    room = await product.open_room("removing")
    async with product.join("ann", room) as ann, product.platform() as http:
        await ann.say({"type": "send_comment", "id": "c1", "text": "rude"})
        await ann.until(CommentPosted)
        for _ in range(2):
            assert 202 == (await http.delete(f"/v1/rooms/{room}/comments/c1")).status_code
        await ann.say({"type": "send_comment", "id": "c2", "text": "sorry"})
        await ann.events_to(3)
        assert ["c1"] == [removed.id for removed in ann.all_of(CommentRemoved)]
        assert 404 == (await http.delete("/v1/rooms/nowhere/comments/c1")).status_code


# Grants.

GRANT: dict[str, Any] = {"user": "g", "coins": 10, "reason": "a test"}


async def test_grant_is_given_once_for_each_key(product: Product) -> None:
    """The same key and body give the same answer, however often; another body is 409; another key gives again."""
    key = {"Idempotency-Key": new_id()}
    grant = {**GRANT, "user": "granted"}
    async with product.platform() as http:
        first = await http.post("/v1/grants", json=grant, headers=key)
        again = await http.post("/v1/grants", json=grant, headers=key)
        others = [
            await http.post("/v1/grants", json={**grant, name: value}, headers=key)
            for name, value in (("coins", 11), ("user", "other"), ("reason", "because"))
        ]
        await http.post("/v1/grants", json=grant, headers={"Idempotency-Key": new_id()})
    assert (200, 200) == (first.status_code, again.status_code)
    assert first.json() == again.json()
    assert (10, "granted") == (first.json()["balance"]["coins"], first.json()["user"])
    assert (None, "true") == (first.headers.get("idempotency-replayed"), again.headers.get("idempotency-replayed"))
    assert [(409, "id_reused")] * 3 == [(answer.status_code, answer.json()["error"]) for answer in others]
    assert (20, 0) == (await product.coins("granted"), await product.coins("other"))


async def test_fifty_copies_of_one_grant_are_one(product: Product) -> None:
    """At the same time, over many connections and two workers, coins are given once."""
    grant, key = {**GRANT, "user": "fifty"}, {"Idempotency-Key": new_id()}

    async def ask() -> dict[str, Any]:
        async with product.platform() as http:
            answer: dict[str, Any] = (await http.post("/v1/grants", json=grant, headers=key)).json()
            return answer

    answers = await asyncio.gather(*(ask() for _ in range(50)))
    assert all(answer == answers[0] for answer in answers)
    assert 10 == await product.coins("fifty")


async def test_operators_keys_are_their_own(product: Product) -> None:
    """Two who choose the same key do not meet."""
    key = {"Idempotency-Key": new_id()}
    grant = {**GRANT, "user": "shared"}
    async with product.platform() as http:
        await http.post("/v1/grants", json=grant, headers=key)
    async with product.http(product.token("op", "operator")) as http:
        assert 200 == (await http.post("/v1/grants", json=grant, headers=key)).status_code
    assert 20 == await product.coins("shared")


@pytest.mark.parametrize(
    "change",
    [
        {"coins": 0},
        {"coins": -5},
        {"coins": 1.5},
        {"coins": "5"},
        {"coins": 10**13},
        {"reason": ""},
        {"user": "a b"},
        {"user": ""},
    ],
)
async def test_grant_that_is_none_is_refused(product: Product, change: dict[str, Any]) -> None:
    """What is wrong with a grant is a problem, and nothing is given."""
    async with product.platform() as http:
        answer = await http.post("/v1/grants", json={**GRANT, **change}, headers={"Idempotency-Key": new_id()})
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
    assert 0 == await product.coins("g")


@pytest.mark.parametrize("key", [None, "", "x" * 201])
async def test_grant_needs_a_key(product: Product, key: str | None) -> None:
    """Without a key of reasonable length nothing is given."""
    async with product.platform() as http:
        answer = await http.post("/v1/grants", json=GRANT, headers={"Idempotency-Key": key} if key is not None else {})
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])


async def test_more_coins_than_numbers_can_hold_are_not_given(product: Product) -> None:
    """All that was ever issued stays below what is exact everywhere."""
    async with product.platform() as http:
        statuses = [
            (
                await http.post(
                    "/v1/grants", json={**GRANT, "user": "r", "coins": 10**12}, headers={"Idempotency-Key": new_id()}
                )
            )
            for _ in range(3)
        ]
    assert [200, 200, 200] == [answer.status_code for answer in statuses]
    assert 3 * 10**12 == await product.coins("r")
