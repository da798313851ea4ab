"""A sender of gifts whose ledger has four partitions: what it hears is what it hears of any gift, at its end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest

from app.actions.send_gift import GiftSender
from app.base.clock import now_ms, since_boot_ns
from app.base.errors import StoreRefused
from app.base.ids import uuid7
from app.base.metrics import Metrics
from app.rules import catalogue
from app.rules.commands import SendGift
from app.rules.gifts import GiftOrder, person_json
from app.rules.messages import Error
from app.rules.spending import Bounds, Guard, begun
from app.rules.zones import zone_at
from app.store.crossings import Crossings
from app.store.gift_ways import LEFT_MS
from app.store.partitions import Partitions
from app.store.spending import Counted, decide_gift, put_limits, read_limits
from loadtest.crossing_world import COINS, PAYERS, ROOMS, TERMS, Worker
from tests.actions.replies import Replies
from tests.deciding import put_mute
from tests.rules.shapes import strictly
from tests.store.crossing import four_partitions, pass_time
from tests.world import person

ANN = PAYERS[0]


class Desk(Replies):
    """A worker's gifts to the room of the second partition, with all that it has replied and announced."""

    def __init__(self, worker: Worker) -> None:
        super().__init__()
        self.worker = worker
        self.metrics = Metrics("0")
        self.moved: list[tuple[str, int, int, int | None]] = []
        gifts = catalogue.load()
        partitions = Partitions(worker.ledgers)
        self.sender = GiftSender(partitions, worker.moves, gifts, TERMS, now_ms, self.metrics, self.note)

    def note(self, *moved: Any) -> None:
        """Notes a wallet that has moved."""
        self.moved.append(moved)

    def send(self, gift: str = "rose", **fields: Any) -> str:
        """Hands a gift in; its id."""
        gift_id = str(fields.pop("id", uuid7(now_ms())))
        who, room, command = person(ANN), ROOMS["room1"], SendGift(gift_id, gift, **fields)
        self.sender.send(who, person_json(who), room, command, self.replies.append, 1)
        return gift_id


@pytest.fixture
async def desk(store_url: str) -> AsyncIterator[Desk]:
    """A desk of a newborn ledger; in the end nothing is under way and the books are in order."""
    async with four_partitions(store_url) as worker:
        yield Desk(worker)


async def test_a_resend_joins_a_gift_that_is_on_its_way(desk: Desk) -> None:
    """Whoever asks meanwhile is answered with the gift, at its end; the wallet moves once, with the level it led to."""
    gift_id = desk.send("heart", quantity=20)
    for _ in range(2):
        desk.send("heart", quantity=20, id=gift_id)
    assert 1 == desk.sender.unanswered
    first, *again = await desk.accepted()

    assert (100, COINS - 100, 2, False) == (first.coins, first.balance.coins, first.n, first.duplicate)
    assert [True, True] == [reply.duplicate for reply in again]
    assert [(ANN, COINS - 100, 2, 1)] == desk.moved
    assert 0 == desk.sender.unanswered


async def test_what_came_back_is_a_refusal_as_any(desk: Desk) -> None:
    """What the room refuses is replied with its details, also to who sends it again; no balance is told of it."""
    until_ms = now_ms() + 60_000
    await put_mute(desk.worker.standings[1], "room1", ANN, until_ms)
    gift_id = desk.send()
    await desk.sender.queues.drain()
    desk.send(id=gift_id)

    assert [("muted", gift_id, {"until_ms": until_ms})] * 2 == await desk.refused()
    assert [] == desk.moved
    assert 'outcome="muted",worker="0"} 2.0' in desk.metrics.render().decode()


async def test_what_waits_for_a_guardian_crosses_once_it_may(desk: Desk) -> None:
    """The guardian is asked before anything is paid; what was agreed to goes its way and is answered."""
    waiting: list[tuple[GiftOrder, int]] = []
    desk.sender.on_waiting = lambda order, until_ms: waiting.append((order, until_ms))
    standing, zone = desk.worker.standings[0], zone_at("UTC", now_ms())
    bounds, kept = Bounds(version=1, tz="UTC", guard=Guard(approve_from=5)), await read_limits(standing, ANN)
    assert await put_limits(standing, ANN, bounds, zone, Counted(begun(0, (0, 0, 0), zone, now_ms()), kept.n))
    gift_id = desk.send("heart")
    await desk.sender.queues.drain()
    assert ([], 1) == (desk.replies, len(waiting))
    await decide_gift(standing, ANN, gift_id, approved=True)
    desk.sender.go_on(waiting[0][0])
    (reply,) = await desk.accepted()

    assert (gift_id, COINS - 5) == (reply.id, reply.balance.coins)


async def test_an_unknown_outcome_is_known_to_who_asks_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the room's partition cannot be asked, the outcome is unknown, and may be asked for until it is known."""

    async def refuse(*_: object) -> Sequence[bytes]:
        raise StoreRefused("NOPERM")

    with monkeypatch.context() as patch:
        patch.setattr(Crossings, "deliver", refuse)
        gift_id = desk.send()
        assert [("unknown_outcome", gift_id, {})] == await desk.refused()
    assert strictly(desk.replies.pop(), Error).retryable
    await pass_time(desk.worker.standings[0].store, LEFT_MS)
    assert 1 == await Worker(desk.worker.standings[0].store, since_boot_ns).ways.take_over(0)
    desk.send(id=gift_id)

    assert [True] == [reply.duplicate for reply in await desk.accepted()]
