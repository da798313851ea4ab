"""HTTP for everyone and for a person: health, gifts, rooms, the demo's login, the wallet, what became of a gift."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import msgspec
import pytest
import redis

from app.base.ids import time_of, uuid7
from app.rules import catalogue
from app.rules.messages import (
    GiftAccepted,
    Gifts,
    GiftSendStatus,
    Health,
    Login,
    Problem,
    RoomBoard,
    RoomList,
    RoomView,
    WalletView,
)
from app.store.keys import Keys
from app.store.ledger import ID_BUCKET_MS
from app.store.server import StoreServer
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.site import Site, new_id

SETTINGS = {"gift_rate": 0}


async def read(product: Site, path: str, kind: Any, token: str | None = None, **query: object) -> Any:
    """The answer of a GET as that type, and as nothing else."""
    async with product.http(token) as http:
        answer = await http.get(path, params={name: str(value) for name, value in query.items()})
    assert 200 == answer.status_code, answer.text
    assert "application/json" == answer.headers["content-type"]
    decoded = msgspec.json.decode(answer.content, type=kind)
    assert msgspec.json.decode(msgspec.json.encode(decoded)) == answer.json()
    return decoded


async def refusal(product: Product, path: str, token: str | None = None, **query: object) -> Problem:
    """The problem that a GET gets."""
    async with product.http(token) as http:
        answer = await http.get(path, params={name: str(value) for name, value in query.items()})
    assert "application/problem+json" == answer.headers["content-type"]
    problem = msgspec.json.decode(answer.content, type=Problem)
    assert answer.status_code == problem.status
    return problem


async def test_health(product: Product) -> None:
    """It lives, and it is ready."""
    assert Health("ok") == await read(product, "/livez", Health)
    assert Health("ok") == await read(product, "/readyz", Health)


async def test_gifts_are_the_catalogue(product: Product) -> None:
    """Everyone may read what can be sent."""
    known = catalogue.load()
    assert Gifts(known.version, known.gifts) == await read(product, "/v1/gifts", Gifts)


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
    """The live rooms, the newest first, each once, an ended one not at all."""
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
    listed = [room for room in found if room.startswith("list-")]
    assert sorted(opened) == sorted(listed)
    assert len(set(found)) == len(found)
    assert "main" in found


@pytest.mark.parametrize("limit", ["0", "-1", "101", "x", "", "1.5", "١", "9" * 5000])
async def test_limit_is_checked(product: Product, limit: str) -> None:
    """A limit is a whole number from 1 to 100."""
    assert "bad_request" == (await refusal(product, "/v1/rooms", limit=limit)).error


async def test_cursor_that_is_no_good_is_said_so(product: Product) -> None:
    """A cursor of a room that ended, or of nothing, is refused rather than begun anew."""
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


async def test_demo_login_gives_a_viewer_coins(product: Product) -> None:
    """Anyone who asks gets a token and, as a viewer, 5 000 coins; it works on the socket at once."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json={"name": "Zoë", "role": "viewer", "country": "CH"})
    login = msgspec.json.decode(answer.content, type=Login)
    assert ("Zoë", "viewer") == (login.user.name, login.user.role)
    wallet = await read(product, "/v1/me/wallet", WalletView, login.token)
    assert (5000, "CH") == (wallet.coins, wallet.country)
    async with product.connect() as client:
        welcome = await client.hello(login.token)
        assert login.user.id == welcome.user.id


async def test_demo_login_of_others_brings_no_coins(product: Product) -> None:
    """Streamers, moderators and overlays have no wallet to fill; the streamer is the demo room's."""
    async with product.http() as http:
        for role in ("streamer", "moderator", "overlay", "guardian", "operator"):
            login = (await http.post("/v1/demo/login", json={"name": "X", "role": role})).json()
            assert role == login["user"]["role"]
            assert ("streamer" == login["user"]["id"]) == (role == "streamer")
            assert 0 == (await read(product, "/v1/me/wallet", WalletView, login["token"])).coins


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"name": ""},
        {"name": "x" * 41},
        {"name": 5},
        {"name": "X", "role": "king"},
        {"name": "X", "country": "Switzerland"},
        {"name": "X", "country": "ch"},
        [],
        "",
    ],
)
async def test_demo_login_checks_what_it_is_told(product: Product, body: Any) -> None:
    """What is wrong is a problem that says what."""
    async with product.http() as http:
        answer = await http.post("/v1/demo/login", json=body)
    assert (400, "bad_request") == (answer.status_code, answer.json()["error"])
    assert "body cannot be read" in answer.json()["detail"]


async def test_demo_logins_have_a_rate(product: Product) -> None:
    """Who asks for logins without end is told when to ask again; the demo of others goes on."""
    async with product.http() as http:
        limited = None
        for _ in range(40):
            asked = [http.post("/v1/demo/login", json={"name": "X", "role": "overlay"}) for _ in range(50)]
            answers = await asyncio.gather(*asked)
            limited = next((answer for answer in answers if answer.status_code == 429), None)
            if limited is not None:
                break
        assert limited is not None
        assert ("rate_limited", True) == (limited.json()["error"], limited.json()["retryable"])
        assert int(limited.headers["retry-after"]) >= 1

        async def again() -> int:
            return (await http.post("/v1/demo/login", json={"name": "X"})).status_code

        async with asyncio.timeout(10):
            while await again() != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.05)


async def test_wallet_is_what_was_granted_less_what_was_spent(product: Product) -> None:
    """A person sees the coins and a version that grows."""
    empty = await read(product, "/v1/me/wallet", WalletView, product.token("newcomer"))
    assert 0 == empty.coins
    await product.grant("newcomer", 9)
    filled = await read(product, "/v1/me/wallet", WalletView, product.token("newcomer"))
    assert 9 == filled.coins
    assert filled.version > empty.version


async def test_gift_send_has_a_status(product: Product) -> None:
    """Applied, refused, pending, never: every id has an answer."""
    room = await product.open_room("status")
    await product.grant("asker", 10)
    token = product.token("asker")

    async def status(gift_id: str) -> GiftSendStatus:
        found: GiftSendStatus = await read(product, f"/v1/gift-sends/{gift_id}", GiftSendStatus, token)
        return found

    unsent = new_id()
    async with product.join("asker", room) as asker:
        sent, refused = new_id(), new_id()
        receipt = await asker.send_gift(sent, quantity=4)
        await asker.send_gift(refused, quantity=400)
    assert isinstance(receipt, GiftAccepted)
    applied = await status(sent)
    assert ("applied", receipt.n, 4, "4") == (applied.status, applied.n, applied.coins, applied.diamonds)
    assert (receipt.balance, receipt.streak) == (applied.balance, applied.streak)
    denied = await status(refused)
    assert ("refused", "insufficient_coins") == (denied.status, denied.error)
    assert {"coins": 6, "price": 400} == denied.details
    assert "pending" == (await status(unsent)).status
    assert "pending" == (await status(uuid7(int((time.time() + 3600) * 1000)))).status
    long_ago = uuid7(int((time.time() - 3600) * 1000))
    assert "never" == (await status(long_ago)).status
    # Nobody is told of another one's gifts.
    other = await read(product, f"/v1/gift-sends/{sent}", GiftSendStatus, product.token("nosy"))
    assert "pending" == other.status


async def test_status_outlives_the_memory_of_ids(store: StoreServer) -> None:
    """When the stored answers are long forgotten, the journal still knows which gifts were paid."""
    async with worker(store.url) as site:
        await site.grant("asker", 10)
        token = site.token("asker", for_s=7200)
        async with site.join("asker") as asker:
            sent, unsent = new_id(), new_id()
            await asker.send_gift(sent, quantity=4)
        before = await read(site, f"/v1/gift-sends/{sent}", GiftSendStatus, token)
        with redis.Redis(unix_socket_path=store.url.removeprefix("unix://")) as client:
            assert 1 == client.delete(Keys().idem(time_of(sent) // ID_BUCKET_MS))
        now_ms = site.hub.server_ms
        site.hub.server_ms = lambda: now_ms() + 3_600_000

        assert "applied" == before.status
        assert before == await read(site, f"/v1/gift-sends/{sent}", GiftSendStatus, token)
        assert "never" == (await read(site, f"/v1/gift-sends/{unsent}", GiftSendStatus, token)).status


@pytest.mark.parametrize("gift_id", ["x", "0b8c2d5e-9f9b-4c3a-8a51-0d3a7a5b0e11", "%20"])
async def test_gift_send_of_no_id_is_a_problem(product: Product, gift_id: str) -> None:
    """Only a UUIDv7 can have been sent."""
    assert "bad_request" == (await refusal(product, f"/v1/gift-sends/{gift_id}", product.token("ann"))).error
