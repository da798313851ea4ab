"""HTTP for a room's overlays, and what they are told, on several workers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.base.errors import CloseCode
from app.rules.messages import CommentPosted, CommentRemoved, RoomBoard
from app.rules.overlay_address import OverlayAddress
from app.rules.overlays import OverlayChanged, OverlayCommand, OverlaySettings, OverlaySources, OverlayView
from tests.archiving import finally_true
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY

SETTINGS = {"workers": 2, "sockets_per_user": 0}
RULE = {"gift": "lion", "template": "ribbon", "sound": "off", "seconds": 3, "volume": 10}
# So many connections, and there is one on each worker.
SEVERAL = 6
TEST_OF_LION = OverlayCommand(command="test", gift="lion", storm=False, test=True)


def version_is(version: int) -> Callable[[OverlayChanged], bool]:
    """Whether settings are of that version."""
    return lambda told: told.version == version


async def ask(product: Product, method: str, room: str, path: str = "", body: Any = None, token: str = API_KEY) -> Any:
    """Status and answer of a request about a room's overlay."""
    async with product.http(token) as http:
        answer = await http.request(method, f"/v1/rooms/{room}/overlay{path}", json=body)
    return answer.status_code, answer.json()


async def test_overlays_follow_the_studio(product: Product) -> None:
    """Settings and commands reach the overlays and the streamer on every worker, and nobody else; late ones as well."""
    room = await product.open_room("followed")
    streamer = product.token("streamer", "streamer")
    async with AsyncExitStack() as stack:
        viewer = await stack.enter_async_context(product.join("ann", room))
        studio = await stack.enter_async_context(product.join("streamer", room, role="streamer"))
        joining = [product.join(f"o{i}", room, role="overlay") for i in range(SEVERAL)]
        overlays = [await stack.enter_async_context(one) for one in joining]
        assert OverlaySettings() == (await overlays[0].until(OverlayChanged)).settings
        status, view = await ask(product, "PUT", room, body={"volume": 30, "rules": [RULE]}, token=streamer)
        assert (200, 30) == (status, view["settings"]["volume"])
        await ask(product, "POST", room, "/commands", {"command": "test", "gift": "lion"})
        for client in (studio, *overlays):
            (rule,) = (await client.until(OverlayChanged, version_is(view["version"]))).settings.rules
            assert ("lion", 3) == (rule.gift, rule.seconds)
            assert TEST_OF_LION == await client.until(OverlayCommand)
        await ask(product, "POST", room, "/commands", {"command": "pause"}, streamer)
        assert (await overlays[-1].until(OverlayChanged, lambda event: event.settings.paused)).settings.volume == 30
        late = await stack.enter_async_context(product.join("late", room, role="overlay"))
        assert (await late.until(OverlayChanged)).settings.paused
        await viewer.ping("p")
        assert [] == viewer.all_of(OverlayChanged) + viewer.all_of(OverlayCommand) + viewer.gifts()
    found = await read(product, f"/v1/rooms/{room}/overlay", OverlayView, streamer)
    assert (30, True) == (found.settings.volume, found.settings.paused)
    assert 0 == (await read(product, f"/v1/rooms/{room}/leaderboard", RoomBoard)).coins_total


async def test_given_up_addresses_end(product: Product) -> None:
    """New addresses end the connections of the old ones on every worker, which never come in again; new ones do."""
    room = await product.open_room("rotated")
    address = await read(product, f"/v1/rooms/{room}/overlay/address", OverlayAddress, API_KEY)
    old, bare = address.token, product.token("o", "overlay", room=room)
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(product.connect(room)) for _ in range(SEVERAL)]
        for client in clients:
            await client.hello(old)
        status, new = await ask(product, "POST", room, "/rotate")
        assert 200 == status
        assert [CloseCode.UNAUTHORIZED] * SEVERAL == [await client.closed() for client in clients]
    for token, lets in ((old, False), (bare, False), (new["token"], True)):
        async with product.connect(room) as client:
            await client.say({"type": "hello", "token": token})
            if lets:
                await client.until(OverlayChanged)
            else:
                assert CloseCode.UNAUTHORIZED == await client.closed()


async def test_who_is_connected(product: Product) -> None:
    """The overlays of all workers are listed with what they show, and no more once they have left."""
    room = await product.open_room("sources")

    async def listed() -> set[str]:
        found = await read(product, f"/v1/rooms/{room}/overlay/sources", OverlaySources, API_KEY)
        return {f"{source.program} {source.widget}" for source in found.sources}

    async def finally_listed(sources: set[str]) -> None:
        async def are_they() -> bool:
            return await listed() == sources

        await finally_true(are_they)

    async with product.connect(room) as one, product.connect(room) as two:
        for client, source in ((one, {"widget": "alerts,goal", "program": "obs"}), (two, None)):
            more = {"source": source} if source else {}
            await client.say({"type": "hello", "token": product.token("o", "overlay"), **more})
        await finally_listed({"obs alerts,goal", "browser all"})
    await finally_listed(set())

    assert set() == await listed()


@pytest.mark.parametrize(
    ("body", "slug"),
    [
        ({"volume": 101}, "bad_request"),
        ({"rules": [{"gift": "rose", "seconds": 0.5}]}, "bad_request"),
        ({"rules": [{"from_coins": 1, "template": "sideways"}]}, "bad_request"),
        ({"rules": [{"gift": "rose"}] * 61}, "bad_request"),
        ({"rules": [{}]}, "bad_rule"),
        ({"rules": [{"gift": "nothing"}]}, "unknown_gift"),
        ({"rules": [{"gift": "rose", "sound": "x"}]}, "unknown_sound"),
        ({"rules": [{"gift": "rose", "template": "scene"}]}, "template_unavailable"),
    ],
)
async def test_what_cannot_be_followed_is_a_problem(product: Product, body: dict[str, Any], slug: str) -> None:
    """Each mistake in the settings has a slug, and changes nothing."""
    room = await product.open_room("mistaken")
    assert slug == (await ask(product, "PUT", room, body=body))[1]["error"]
    assert 0 == (await ask(product, "GET", room))[1]["version"]


async def test_the_studio_is_the_rooms_streamers(product: Product) -> None:
    """The streamer by name, a token of that room and the platform run its overlays; another streamer is refused."""
    room = await product.open_room("own-studio")
    allowed = [API_KEY, product.token("streamer", "streamer"), product.token("any", "streamer", room=room)]
    refused = [
        product.token("other", "streamer"),
        product.token("streamer", "streamer", room="main"),
        product.token("o", "overlay", room=room),
        product.token("streamer", "viewer"),
    ]
    ways: list[tuple[str, str, Any]] = [
        ("GET", "", None),
        ("PUT", "", {}),
        ("GET", "/address", None),
        ("GET", "/sources", None),
    ]
    ways += [("POST", "/commands", {"command": "skip"}), ("POST", "/rotate", None)]
    for method, path, body in ways:
        assert {200, 202} >= {(await ask(product, method, room, path, body, token))[0] for token in allowed}
        answers = [await ask(product, method, room, path, body, token) for token in refused]
        assert {(403, "forbidden")} == {(status, answer["error"]) for status, answer in answers}
    assert (404, "room_not_found") == ((got := await ask(product, "GET", "nowhere"))[0], got[1]["error"])


async def test_a_key_that_is_held_down(product: Product) -> None:
    """Commands have a rate of the room; what is beyond it is refused with the time to wait."""
    room = await product.open_room("held-down")
    async with product.http(API_KEY) as http:
        asked = [http.post(f"/v1/rooms/{room}/overlay/commands", json={"command": "skip"}) for _ in range(300)]
        answers = await asyncio.gather(*asked)
    assert {202, 429} == {answer.status_code for answer in answers}
    assert all("retry_ms" in answer.json()["details"] for answer in answers if answer.status_code == 429)


async def test_a_streamer_keeps_the_room_in_order(product: Product) -> None:
    """A comment is removed by the room's streamer, and not by another."""
    room = await product.open_room("in-order")
    async with product.join("ann", room) as ann:
        await ann.say({"type": "send_comment", "id": "c1", "text": "hello"})
        await ann.until(CommentPosted)
        for user, status in (("other", 403), ("streamer", 202)):
            async with product.http(product.token(user, "streamer")) as http:
                assert status == (await http.delete(f"/v1/rooms/{room}/comments/ann:c1")).status_code
        await ann.until(CommentRemoved)


async def test_settings_survive_a_restart(product: Product) -> None:
    """Settings, and that addresses were given up, are there after everything was killed and started again."""
    room = await product.open_room("survivor")
    old = product.token("o", "overlay", room=room)
    await ask(product, "POST", room, "/rotate")
    await ask(product, "PUT", room, body={"volume": 7, "widgets": {"feed": False}})
    product.kill_all()
    product.start()
    settings = (await ask(product, "GET", room))[1]["settings"]
    assert (7, False, True) == (settings["volume"], settings["widgets"]["feed"], settings["widgets"]["goal"])
    async with product.connect(room) as client:
        await client.say({"type": "hello", "token": old})
        assert CloseCode.UNAUTHORIZED == await client.closed()
