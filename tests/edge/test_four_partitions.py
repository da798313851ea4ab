"""Two workers on a ledger of four partitions: to people and to the platform it is as one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest

from app.base.errors import CloseCode
from app.rules.messages import CommentPosted, Error, GiftAccepted, Leaderboard, RoomList, RoomView, WalletChanged
from app.rules.moderation import Muted
from app.rules.spending_views import ApprovalDecided, LimitsView
from loadtest.crossing_world import GUESTS, PAYERS, STREAMERS, P
from tests.edge.client import Client
from tests.edge.http.promoting import half_over, places, promote
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

SETTINGS = {"workers": 2, "partitions": P, "gift_rate": 0, "comment_rate": 0, "request_rate": 0}
ROOMS = [f"room{k}" for k in range(P)]
SWAN, SWAN_LEVEL = 699, 3


async def ask(product: Product, token: str, method: str, path: str, body: Any = None) -> Any:
    """What an HTTP request is answered, which does what it asks for."""
    async with product.http(token) as http:
        answer = await http.request(method, path, json=body, headers={"Idempotency-Key": new_id()})
    assert answer.status_code < 300, answer.text
    return answer.json()


async def on_board(client: Client, user: str, level: int, since: int = 0) -> None:
    """Returns when a board that it was told of from there on has somebody by name, with a level of at least that."""
    name = user.title()
    await client.until(
        Leaderboard,
        lambda told: any(one.user.name == name and (one.user.level or 0) >= level for one in told.top),
        since,
    )


async def off_board(client: Client, user: str, since: int) -> None:
    """Returns when such a board has not."""
    await client.until(Leaderboard, lambda told: all(one.user.id != user for one in told.top), since)


async def has_coins(client: Client, coins: int) -> None:
    """Returns when it was told that there are so many coins in the wallet."""
    await client.until(WalletChanged, lambda told: told.balance.coins == coins)


@pytest.fixture
async def entered(product: Product) -> AsyncIterator[list[Client]]:
    """A room in each partition, and in each the person of the partition before it, who has coins."""
    async with AsyncExitStack() as stack:
        for k, room in enumerate(ROOMS):
            await product.open_room(room, STREAMERS[k], guests=[{"id": GUESTS[k], "name": "Gil"}])
        yield [
            await stack.enter_async_context(product.join(payer, ROOMS[(k + 1) % P])) for k, payer in enumerate(PAYERS)
        ]


async def test_limits_of_a_ward_hold_in_every_room(product: Product, entered: list[Client]) -> None:
    """A guardian of one partition bounds a ward of another, whose gifts to a third are refused, or wait for a word."""
    ward, gil = product.token(PAYERS[2]), product.token("gil", "guardian")
    code = await ask(product, ward, "POST", "/v1/me/guardian-codes")
    await ask(product, gil, "POST", "/v1/guardian/wards", {"code": code["code"]})
    limits = f"/v1/guardian/wards/{PAYERS[2]}/limits"
    await ask(product, gil, "PUT", limits, {"day": 2})
    await product.grant(PAYERS[2], 10)
    answers = [await entered[2].send_gift(new_id()) for _ in range(3)]
    told = await read(product, limits, LimitsView, gil)
    await ask(product, gil, "PUT", limits, {"day": None, "approve_from": 1})
    waits = await entered[2].send_gift(gift_id := new_id())
    assert isinstance(waits, Error)
    await ask(product, gil, "POST", f"/v1/guardian/approvals/{waits.details['approval']}", {"approve": True})
    await entered[2].until(ApprovalDecided)
    assert isinstance(await entered[2].send_gift(gift_id), GiftAccepted)
    await ask(product, gil, "DELETE", f"/v1/guardian/wards/{PAYERS[2]}")

    assert [GiftAccepted, GiftAccepted, Error] == [type(answer) for answer in answers]
    assert "limit_reached" == answers[2].error  # type: ignore[union-attr]
    assert 2 == told.spent.day


async def test_rooms_of_all_partitions_are_listed(product: Product, entered: list[Client]) -> None:
    """The lobby has them page by page, the newest first; each is shown, and is over when it is ended."""
    for k in range(P):
        await product.open_room(f"new{k}", STREAMERS[k])
    found, cursor = list[str](), None
    for _ in range(P):
        page = await read(product, "/v1/rooms", RoomList, limit=1, **({"cursor": cursor} if cursor else {}))
        found, cursor = [*found, *(room.id for room in page.rooms)], page.cursor
    assert [f"new{k}" for k in reversed(range(P))] == found
    for k in range(P):
        assert STREAMERS[k] == (await read(product, f"/v1/rooms/new{k}", RoomView)).streamer.id
        await ask(product, API_KEY, "DELETE", f"/v1/rooms/new{k}")
    assert not {*found} & {room.id for room in (await read(product, "/v1/rooms", RoomList)).rooms}
    await product.open_room("new1", STREAMERS[3])
    assert "live" == (await read(product, "/v1/rooms/new1", RoomView)).status


async def test_gifts_from_one_partition_to_another(product: Product, entered: list[Client]) -> None:
    """Everyone's gift is shown in its room, with the level that it led to, and all sockets know the same wallet."""
    async with AsyncExitStack() as stack:
        for k, client in enumerate(entered):
            await product.grant(PAYERS[k], SWAN)
            others = [await stack.enter_async_context(product.join(PAYERS[k], room)) for room in ROOMS[:2]]
            answer = await client.send_gift(new_id(), "swan")
            assert isinstance(answer, GiftAccepted), answer
            await on_board(client, PAYERS[k], SWAN_LEVEL)
            for other in others:
                await has_coins(other, answer.balance.coins)
    names = await ask(product, API_KEY, "GET", f"/v1/rooms/{ROOMS[1]}/leaderboard?period=live")
    assert SWAN_LEVEL == names["top"][0]["user"]["level"]


async def test_coins_that_come_are_told_to_every_socket(product: Product, entered: list[Client]) -> None:
    """A grant is told by the partition of whoever gets it, wherever they are."""
    for k, client in enumerate(entered):
        since = len(client.messages)
        await product.grant(PAYERS[k], 7)
        changed = await client.until(WalletChanged, since=since)
        assert 7 <= changed.balance.coins


async def test_comments_and_their_keepers(product: Product, entered: list[Client]) -> None:
    """What is said is heard in its room, until the room's streamer mutes whoever says it, who is told so."""
    for k, client in enumerate(entered):
        at = (k + 1) % P
        await client.say({"type": "send_comment", "id": "c1", "text": "hello"})
        assert PAYERS[k] == (await client.until(CommentPosted)).sender.id
        streamer = product.token(STREAMERS[at], "streamer")
        mute = f"/v1/rooms/{ROOMS[at]}/mutes/{PAYERS[k]}"
        await ask(product, streamer, "PUT", mute, {"seconds": 60, "reason": "loud"})
        await client.until(Muted, lambda told: told.until_ms is not None)
        await client.say({"type": "send_comment", "id": "c2", "text": "hello"})
        assert "muted" == (await client.until(Error)).error
        await ask(product, streamer, "DELETE", mute)


async def test_who_leaves_the_boards_is_on_none(product: Product, entered: list[Client]) -> None:
    """The boards of rooms elsewhere are told, and have the person again afterwards."""
    payer, client = PAYERS[1], entered[1]
    await product.grant(payer, 1)
    await client.send_gift(new_id())
    await on_board(client, payer, 0)
    for shown in (False, True):
        since = len(client.messages)
        await ask(product, product.token(payer), "PUT", "/v1/me/boards", {"shown": shown})
        await (on_board(client, payer, 0, since) if shown else off_board(client, payer, since))


async def test_a_room_elsewhere_is_promoted(product: Product, entered: list[Client]) -> None:
    """Coins of one partition show a room of another in everybody's lobby."""
    await product.grant(PAYERS[2], 150)
    promotion = (await promote(product, PAYERS[2], room=ROOMS[1])).json()["id"]
    await half_over(product, promotion)
    async with asyncio.timeout(20):
        while not (found := await places(product, product.token(PAYERS[3]))):  # noqa: ASYNC110
            await asyncio.sleep(0.1)
    assert [ROOMS[1]] == [place["room"]["id"] for place in found]


async def test_gifts_are_switched_off_everywhere(product: Product, entered: list[Client]) -> None:
    """One switch holds for everybody's gifts at once, and so does its end; a frozen guest is given nothing."""
    operator = product.token("op", "operator")

    async def errors(**fields: Any) -> list[str]:
        answers = [await client.send_gift(new_id(), **fields) for client in entered]
        return [answer.error if isinstance(answer, Error) else "" for answer in answers]

    for payer in PAYERS:
        await product.grant(payer, 10)
    await ask(product, operator, "PUT", "/v1/ops/switches/gifts", {"on": False, "reason": "a test"})
    assert ["switched_off"] * P == await errors()
    await ask(product, operator, "PUT", "/v1/ops/switches/gifts", {"on": True, "reason": "a test"})
    assert [""] * P == await errors()
    for guest in GUESTS:
        await ask(product, operator, "POST", "/v1/ops/freezes", {"user": guest, "reason": "a test"})
    to_guests = [await client.send_gift(new_id(), to=GUESTS[(k + 1) % P]) for k, client in enumerate(entered)]
    assert ["receiver_frozen"] * P == [answer.error for answer in to_guests if isinstance(answer, Error)]
    for guest in GUESTS:
        await ask(product, operator, "DELETE", f"/v1/ops/freezes/{guest}", {"reason": "a test"})


async def test_who_is_banned_is_out_everywhere(product: Product, entered: list[Client]) -> None:
    """Their sockets end on every worker, and nobody in any room can give to them."""
    ban = {"reason": "a test"}
    for user in (PAYERS[3], STREAMERS[1]):
        await ask(product, API_KEY, "PUT", f"/v1/users/{user}/ban", ban)
    assert CloseCode.REMOVED == await entered[3].closed()
    await product.grant(PAYERS[0], 1)
    answer = await entered[0].send_gift(new_id())
    assert isinstance(answer, Error)
    assert "receiver_frozen" == answer.error
    for user in (PAYERS[3], STREAMERS[1]):
        await ask(product, API_KEY, "DELETE", f"/v1/users/{user}/ban")
    assert isinstance(await entered[0].send_gift(new_id()), GiftAccepted)
