from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

import pytest

from app.actions.gift_status import SKEW_MS, gift_status, old_gift_status
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.base.errors import ArchiveError, Refusal
from app.base.ids import uuid7
from app.rules.gifts import GiftSendStatus
from app.rules.messages import Balance, StreakCount
from app.store.client import Store
from app.store.ledger import ID_BUCKET_MS
from loadtest.crossing_world import PAYERS
from loadtest.crossing_world import order as crossing
from tests.actions.books.four import four_with_books
from tests.archiving import archive_all
from tests.world import WINDOW_MS, World


class Status(Protocol):
    """The status of a gift, asked for so much later."""

    async def __call__(self, gift_id: str, after_ms: int = 0, user: str = "ann") -> GiftSendStatus:
        """What is answered."""


@pytest.fixture
def status(world: World, books: Archive) -> Status:
    """Asks for the status of a gift of the world's, with an archive beside it."""

    async def ask(gift_id: str, after_ms: int = 0, user: str = "ann") -> GiftSendStatus:
        found = await gift_status(world.ledger, user, gift_id, lambda: world.now_ms() + after_ms)
        return found or await old_gift_status(world.ledger, books, user, gift_id)

    return ask


async def forget_answers(world: World, id_ms: int) -> None:
    """What is stored under ids of that time is forgotten, and that is noted, as the script does it."""
    bucket = id_ms // ID_BUCKET_MS
    assert await world.store.call("DEL", world.keys.idem(bucket)) == 1
    await world.store.call("HSET", world.keys.totals, "forgotten", (bucket + 1) * ID_BUCKET_MS)


LATER_MS = WINDOW_MS + SKEW_MS + 1000


@pytest.mark.parametrize(("gift", "streak"), [("rose", StreakCount("2", 3)), ("swan", None)])
async def test_an_applied_gift_is_applied_for_ever(
    gift: str, streak: StreakCount | None, world: World, status: Status
) -> None:
    """An applied gift has its number, coins, diamonds, balance and streak, the same from its record and the journal."""
    await world.grant("ann", 10_000)
    quantity = 3 if streak else 1
    order = world.order(gift=gift, quantity=quantity, award_ppm=333_333)
    await world.send(world.order("bob"), order, world.order())
    coins = order.wire.coins
    diamonds = {3: "0.999", 699: "232.999"}[coins]
    expected = GiftSendStatus(
        id=order.wire.id,
        status="applied",
        n=2,
        coins=coins,
        diamonds=diamonds,
        balance=Balance(10_000 - coins, 2),
        streak=streak,
    )

    assert expected == await status(order.wire.id)
    assert expected == await status(order.wire.id, LATER_MS)
    await forget_answers(world, order.wire.id_ms)
    assert expected == await status(order.wire.id, LATER_MS)


async def test_the_records_are_asked_before_the_clock(world: World, status: Status) -> None:
    """A gift whose answer was forgotten too early, by a clock that was ahead, is applied all the same, and at once."""
    await world.grant("ann", 10)
    order, unseen = world.order(), uuid7(world.now_ms())
    await world.send(order)
    await forget_answers(world, order.wire.id_ms)

    assert ("applied", 2) == ((found := await status(order.wire.id)).status, found.n)
    # What was not applied by then never will be: the id is too old for ever.
    assert "never" == (await status(unseen)).status
    assert ["Rid_expired"] == await world.send(world.order(id=unseen))


async def test_a_gift_that_could_not_be_paid_is_refused(world: World, status: Status) -> None:
    """An id that was refused for lack of coins says so, with the price and what was there."""
    order = world.order(gift="heart")
    await world.send(order)
    found = await status(order.wire.id)

    assert ("refused", "insufficient_coins", {"coins": 0, "price": 5}) == (found.status, found.error, found.details)


async def test_an_id_that_may_still_come_is_pending(world: World, status: Status) -> None:
    """As long as its id is good, a gift that nobody has seen may be on its way; afterwards it never was."""
    gift_id = uuid7(world.now_ms())

    assert "pending" == (await status(gift_id)).status
    assert "pending" == (await status(gift_id, WINDOW_MS)).status
    assert "never" == (await status(gift_id, LATER_MS)).status


async def test_the_gifts_of_others_are_not_told(world: World, status: Status) -> None:
    """Another person's gift of that id is not found, by its record or in the journal."""
    await world.grant("ann", 10)
    order = world.order()
    await world.send(order)

    assert "pending" == (await status(order.wire.id, user="bob")).status
    assert "never" == (await status(order.wire.id, LATER_MS, user="bob")).status


async def test_it_is_found_among_many(world: World, status: Status) -> None:
    """A gift is found in a long journal, wherever it stands."""
    await world.grant("ann", 10_000)
    orders = [world.order() for _ in range(450)]
    for i in range(0, 450, 3):
        await world.send(*orders[i : i + 3])
    await forget_answers(world, orders[0].wire.id_ms)
    picked = [0, 1, 148, 149, 150, 300, 449]
    found = [await status(orders[i].wire.id, LATER_MS) for i in picked]

    assert [2 + i for i in picked] == [one.n for one in found]


async def test_a_long_journal_is_not_carried_away(
    world: World, status: Status, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much was written in its time, no answer of the store to a search is longer than the gift's own line."""
    await world.grant("ann", 10_000)
    orders = [world.order() for _ in range(400)]
    for i in range(0, 400, 2):
        await world.send(*orders[i : i + 2])
    await forget_answers(world, orders[0].wire.id_ms)
    answers: list[Any] = []

    def counted(way: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def ask(self: Store, *args: Any) -> Any:
            answers.append(await way(self, *args))
            return answers[-1]

        return ask

    monkeypatch.setattr(Store, "call", counted(Store.call))
    monkeypatch.setattr(Store, "run", counted(Store.run))
    found = [await status(gift_id, LATER_MS) for gift_id in (orders[-1].wire.id, uuid7(world.now_ms()))]

    assert ["applied", "never"] == [one.status for one in found]
    assert len(answers) > 8
    assert 200 > max(len(repr(answer)) for answer in answers)


@pytest.mark.parametrize("gift_id", ["", "x", "0190A000-0000-7000-8000-000000000000"])
async def test_what_is_no_id_is_a_bad_request(gift_id: str, world: World, status: Status) -> None:
    """Any other text than an id is a bad request."""
    with pytest.raises(Refusal, match="bad_request"):
        await status(gift_id)


@pytest.mark.parametrize(("id_ms", "expected"), [(0, "never"), (1, "never"), (2**48 - 1, "pending")])
async def test_ids_from_the_ends_of_time(id_ms: int, expected: str, world: World, status: Status) -> None:
    """The earliest and the latest ids there can be have a status too."""
    assert expected == (await status(uuid7(id_ms))).status


async def test_an_empty_store_knows_nothing(world: World, status: Status) -> None:
    """A flushed store says that it is not the ledger, not that the gift never was."""
    await world.store.call("FLUSHDB")
    for after_ms in (0, LATER_MS):
        with pytest.raises(Refusal, match="uninitialised"):
            await status(uuid7(world.now_ms()), after_ms)


async def test_it_is_found_in_the_archive(world: World, books: Archive, status: Status) -> None:
    """A gift whose answer and whose journal entry the store has dropped has its status still."""
    await world.grant("ann", 10)
    order = world.order()
    await world.send(order)
    expected = await status(order.wire.id)
    await archive_all(world, books)
    await forget_answers(world, order.wire.id_ms)
    await world.store.call("XTRIM", world.keys.journal, "MAXLEN", 0)

    assert expected == await status(order.wire.id, LATER_MS)
    assert "never" == (await status(order.wire.id, LATER_MS, user="bob")).status


async def test_without_the_archive_nothing_is_said_to_be_never(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An archive that cannot be read is no answer: it may have the gift."""
    monkeypatch.setattr("app.archive.archive.TABLES_WAIT_S", 0.1)
    broken = Archive(sqlite_url(tmp_path / "empty.db"))
    with pytest.raises(ArchiveError):
        await old_gift_status(world.ledger, broken, "ann", uuid7(world.now_ms()))

    broken.close()


@pytest.mark.parametrize("archived", ["nothing", "the payment", "all"])
async def test_a_gift_to_another_partition_is_known_for_ever(archived: str, store_url: str, books: Archive) -> None:
    """Under way it is pending, and then applied or refused: from its record, the journal and the archive alike."""
    async with four_with_books(store_url, books) as four:
        worker, store = four.worker, four.store
        there, back = crossing(PAYERS[0], 1), crossing(PAYERS[0], 2)
        await worker.rooms[2].change("room2", ',"room":{}}', {"status": "ended"})
        # The one that was found before is in the journal too.
        await worker.steps[0].pay([crossing(PAYERS[0], 3)])

        async def told() -> list[tuple[str, int | None, str | None]]:
            found = [await gift_status(worker.ledgers[0], PAYERS[0], one.wire.id, lambda: 0) for one in (there, back)]
            old = [await old_gift_status(worker.ledgers[0], books, PAYERS[0], one.wire.id) for one in (there, back)]
            assert [one for one in found if one is not None] in ([], old)
            return [(one.status, one.n, one.error) for one in old]

        await worker.steps[0].pay([there, back])
        assert [("pending", None, None)] * 2 == await told()
        if archived != "nothing":
            await four.archive_all()
        assert [("pending", None, None)] * 2 == await told()
        await four.pass_on(0)
        if archived == "all":
            await four.archive_all()
        ended = [("applied", 3, None), ("refused", None, "room_not_live")]
        assert ended == await told()
        bucket = there.wire.id_ms // ID_BUCKET_MS
        await store.call("DEL", worker.ledgers[0].keys.idem(bucket))
        await store.call("HSET", worker.ledgers[0].keys.totals, "forgotten", (bucket + 1) * ID_BUCKET_MS)
        assert ended == await told()
