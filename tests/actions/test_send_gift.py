from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from app.actions.send_gift import JOINED_MAX, GiftSender
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.base.metrics import Metrics
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.gifts import person_json
from app.rules.messages import Error, GiftAccepted
from app.store import batcher
from app.store.client import Store
from tests.actions.replies import Replies
from tests.books import check_books
from tests.fault_proxy import Fault, FaultProxy
from tests.rules.shapes import strictly
from tests.world import TERMS, World, person


class Desk(Replies):
    """A worker's gifts, with all that it has replied and announced."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world = world
        self.metrics = Metrics("0")
        self.moved: list[tuple[str, int, int]] = []
        self.levels: list[int] = []
        gifts = catalogue.load()
        self.sender = GiftSender(world.partitions, world.moves, gifts, TERMS, world.now_ms, self.metrics, self.note)

    def note(self, user: str, coins: int, version: int, level: int | None) -> None:
        """Notes a wallet that has moved, and a level."""
        self.levels += [level] if level is not None else []
        self.moved.append((user, coins, version))

    def send(self, user: str = "ann", gift: str = "rose", **fields: Any) -> str:
        """Hands a gift in; its id."""
        gift_id = str(fields.pop("id", uuid7(self.world.now_ms())))
        who = person(user)
        command = SendGift(gift_id, gift, **fields)
        self.sender.send(who, person_json(who), self.world.room["main"], command, self.replies.append)
        return gift_id

    def counted(self, outcome: str) -> bool:
        """Whether exactly one gift is counted with that outcome."""
        return f'fanfare_gifts_total{{outcome="{outcome}",worker="0"}} 1.0' in self.metrics.render().decode()


@pytest.fixture
async def desk(world: World) -> AsyncIterator[Desk]:
    """A desk; the books are in order when it closes."""
    await world.grant("ann", 100)
    desk = Desk(world)
    yield desk
    await desk.sender.queues.drain()
    if await world.store.call("EXISTS", world.keys.totals):
        await check_books(world)


async def test_a_level_is_noted(desk: Desk) -> None:
    """The level that a gift leads to is told to its worker, and the reply is that of any gift."""
    desk.send(gift="crown")
    desk.send()
    await desk.accepted()

    assert [1] == desk.levels


async def test_a_gift_is_accepted(desk: Desk) -> None:
    """The reply says what was spent and earned, the new balance, its number and the streak; the wallet is announced."""
    gift_id = desk.send(gift="heart", quantity=2, message='say "hi"')
    (reply,) = await desk.accepted()

    assert (gift_id, "heart", 2) == (reply.id, reply.gift, reply.quantity)
    assert (10, "10", 2) == (reply.coins, reply.diamonds, reply.n)
    assert (90, 2) == (reply.balance.coins, reply.balance.version)
    assert reply.streak is not None
    assert ("2", 2, False) == (reply.streak.id, reply.streak.count, reply.duplicate)
    assert [("ann", 90, 2)] == desk.moved
    assert desk.counted("accepted")


async def test_a_repeat_says_the_same_and_that_it_is_one(desk: Desk) -> None:
    """The same command again gets the same reply but for `duplicate`, and tells the same wallet again."""
    gift_id = desk.send()
    await desk.sender.queues.drain()
    desk.send(id=gift_id)
    first, again = await desk.accepted()

    assert [False, True] == [first.duplicate, again.duplicate]
    assert (first.n, first.balance, first.streak) == (again.n, again.balance, again.streak)
    assert desk.moved == [desk.moved[0]] * 2
    assert desk.counted("duplicate")


async def test_too_few_coins(desk: Desk) -> None:
    """A gift that the wallet cannot pay is refused with the price and what is there, for its id for ever."""
    gift_id = desk.send(gift="swan")
    await desk.sender.queues.drain()
    await desk.world.grant("ann", 1000)
    desk.send(id=gift_id, gift="swan")

    assert [("insufficient_coins", gift_id, {"coins": 100, "price": 699})] * 2 == await desk.refused()
    assert [] == desk.moved


async def test_what_is_refused_at_the_desk(desk: Desk) -> None:
    """An unknown gift, a stranger as receiver and an id that is none are refused at once; nothing is sent."""
    for slug, fields in (
        ("unknown_gift", {"gift": "nothing"}),
        ("unknown_receiver", {"receiver": "bob"}),
        ("bad_request", {"id": "x"}),
    ):
        with pytest.raises(Refusal, match=slug):
            desk.send(**fields)
    await desk.sender.queues.drain()

    assert [] == desk.replies


async def test_what_the_store_refuses(desk: Desk) -> None:
    """A refusal of the store is replied with its slug and the id."""
    await desk.world.store.call("SADD", desk.world.keys.frozen, "ann")
    gift_id = desk.send()

    assert [("wallet_frozen", gift_id, {})] == await desk.refused()
    assert desk.counted("wallet_frozen")


async def test_a_flushed_store_is_uninitialised(desk: Desk) -> None:
    """On an empty store every gift of a batch is answered with `uninitialised`, which may be sent again."""
    await desk.world.store.call("FLUSHDB")
    ids = [desk.send(), desk.send()]
    await desk.sender.queues.drain()
    # On a connection of before, and on one that is new.
    desk.world.store.close()
    ids += [desk.send(), desk.send()]

    assert [("uninitialised", gift_id, {}) for gift_id in ids] == await desk.refused()
    assert strictly(desk.replies[0], Error).retryable


async def test_a_full_queue_is_a_clear_refusal(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """What does not fit into the queue is refused as overloaded; what fits is paid."""
    monkeypatch.setattr(batcher, "QUEUE_MAX", 3)
    for _ in range(3):
        desk.send()
    with pytest.raises(Refusal, match="overloaded"):
        desk.send()

    assert 3 == len(await desk.accepted())


async def test_a_resend_joins_what_is_under_way(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sent again while it waits, a gift takes no second place in the queue; each that asked is answered by the one."""
    monkeypatch.setattr(batcher, "QUEUE_MAX", 2)
    gift_id = desk.send()
    for _ in range(JOINED_MAX):
        desk.send(id=gift_id)
    with pytest.raises(Refusal, match="overloaded"):
        desk.send(id=gift_id)
    desk.send(id=gift_id, quantity=2)
    await desk.sender.queues.drain()
    *replies, reused = desk.replies
    accepted = [strictly(reply, GiftAccepted) for reply in replies]

    assert "id_reused" == strictly(reused, Error).error
    assert [False] + [True] * JOINED_MAX == [reply.duplicate for reply in accepted]
    assert {(2, 99)} == {(reply.n, reply.balance.coins) for reply in accepted}
    assert 99 == await desk.world.coins("ann")


async def test_an_id_from_another_time_hears_of_a_clock_that_jumped(desk: Desk) -> None:
    """While the store's clock is off, who is refused for an id's time is told so; else the id alone is to blame."""
    standing = desk.world.standing
    early, late = desk.send(id=uuid7(desk.world.now_ms() - 700_000)), desk.send(id=uuid7(desk.world.now_ms() + 60_000))
    await desk.sender.queues.drain()
    look = await standing.see()
    standing.look = look._replace(shift_ms=-3_600_000)
    again = desk.send(id=early)

    assert [("id_expired", early, {}), ("id_in_future", late, {}), ("id_expired", again, {"reason": "clock"})] == (
        await desk.refused()
    )
    assert "3600 s ahead" in desk.replies[2].decode()


async def test_what_could_not_be_told_may_be_asked_again(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """A reply that fails keeps nobody from sending the gift again and hearing what became of it."""
    command = SendGift(uuid7(desk.world.now_ms()), "rose")

    def fall_over(_: bytes) -> None:
        raise RuntimeError("a socket fell over")

    ann = person("ann")
    desk.sender.send(ann, person_json(ann), desk.world.room["main"], command, fall_over)
    await desk.sender.queues.drain()
    desk.send(id=command.id)

    assert [True] == [reply.duplicate for reply in await desk.accepted()]
    assert "could not be delivered" in caplog.text


@pytest.mark.parametrize("fault", [Fault.DROP_REQUEST, Fault.DROP_REPLY])
async def test_a_broken_connection_pays_once(fault: Fault, desk: Desk, proxy: FaultProxy) -> None:
    """Whether the connection breaks before or after the store has paid, each gift is paid once and answered once."""
    desk.world.standing.store = behind = Store(f"{proxy.url}?db=1")
    await desk.world.ledger.wallets(["ann"])
    proxy.plan(fault, b"EVALSHA")
    for _ in range(5):
        desk.send()
    replies = await desk.accepted()
    desk.world.standing.store = desk.world.store
    behind.close()

    assert [2, 3, 4, 5, 6] == [reply.n for reply in replies]
    assert 95 == await desk.world.coins("ann")


async def test_a_viewer_who_leaves_has_paid_all_the_same(desk: Desk) -> None:
    """A closed socket cancels nothing: the gift is paid, and the same id tells so afterwards."""

    async def viewer() -> str:
        gift_id = desk.send()
        await asyncio.sleep(0)
        return gift_id

    task = asyncio.ensure_future(viewer())
    gift_id = await task
    await desk.sender.queues.drain()
    desk.send(id=gift_id)
    replies = await desk.accepted()

    assert [False, True] == [reply.duplicate for reply in replies]
