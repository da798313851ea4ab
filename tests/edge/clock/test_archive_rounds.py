from __future__ import annotations

import pytest

from app.actions.books import archive_journal
from app.actions.books.look_up import look_up_in
from app.actions.gift_status import gift_status, old_gift_status
from app.actions.verify_ledger import verify_ledger
from app.archive.archive import Archive
from app.base.book_metrics import BookMetrics
from app.edge.clock.archive_rounds import ARCHIVE_EVERY_S, TRIM_AGAIN_S, TRIM_EVERY_S, archive_rounds
from app.rules.entries import Grant
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.ledger import ID_BUCKET_MS
from app.store.moves import Moves
from tests.archiving import archiver_on
from tests.world import EPOCH, WINDOW_MS, World


@pytest.fixture(autouse=True)
def _keep_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive_journal, "KEPT", 30)


async def sell(world: World, rounds: int) -> list[str]:
    """Grants, and three times as many gifts; the gifts' ids."""
    ids = []
    for _ in range(rounds):
        await world.grant("ann", 100)
        orders = [world.order(), world.order(gift="heart"), world.order(room="side")]
        ids += [order.wire.id for order in orders]
        assert all(text[0] == "N" for text in await world.send(*orders))
    return ids


async def memory(world: World) -> int:
    """Bytes that journal and keys of intents take in the store."""
    keys = (world.keys.journal, world.keys.moves)
    return sum([int(await world.store.call("MEMORY", "USAGE", key, "SAMPLES", 0) or 0) for key in keys])


async def test_a_step_says_when_to_come_again(world: World, books: Archive) -> None:
    """Where there is nothing to do the rounds wait; where something was done, they count it and come again soon."""
    metrics = BookMetrics()
    archive, trim = archive_rounds([archiver_on(world.store, books)], metrics)
    assert (ARCHIVE_EVERY_S, TRIM_EVERY_S) == (await archive(), await trim())
    await sell(world, 20)
    assert (ARCHIVE_EVERY_S, TRIM_AGAIN_S) == (await archive(), await trim())
    lines = set(metrics.render().decode().splitlines())

    assert {"fanfare_archived_entries_total 80.0", "fanfare_trimmed_entries_total 49.0"} <= lines


async def test_the_stores_memory_is_bounded_whatever_was_sold(world: World, books: Archive) -> None:
    """However much is sold, the store's journal takes no more than it did; the books can be proved, an old gift's
    answer is there, and an old intent is applied once.
    """
    world.moves = Moves([world.ledger], look_up_in(books))
    archive, trim = archive_rounds([archiver_on(world.store, books)], BookMetrics())
    ids, used = [], []
    grant = Grant(id="first", user="ann", coins=5, reason="test", by="tests")
    first = await world.moves.post_one(grant)
    for _ in range(4):
        ids += await sell(world, 25)
        while await archive() != ARCHIVE_EVERY_S or await trim() != TRIM_EVERY_S:
            pass
        used.append(await memory(world))
    report = await verify_ledger([Audit(world.store)], books, [Journal(world.store, EPOCH)])
    left = await Journal(world.store, EPOCH).after(0, "")

    assert used[-1] <= used[0] * 1.1
    assert left[0][1].first > 401 - 30 - 3
    assert ([], 401, 401) == (report.problems, report.n, report.archived_n)
    again = await world.moves.post_one(grant)
    assert (first.n, True) == (again.n, again.duplicate)
    await forget(world)
    later_ms = 2 * WINDOW_MS
    assert await gift_status(world.ledger, "ann", ids[0], lambda: world.now_ms() + later_ms) is None
    status = await old_gift_status(world.ledger, books, "ann", ids[0])
    assert ("applied", 3, 1) == (status.status, status.n, status.coins)


async def forget(world: World) -> None:
    """All that was answered to ids of gifts is forgotten, and that is noted, as the script does it."""
    for bucket in range(world.now_ms() // ID_BUCKET_MS - 1, world.now_ms() // ID_BUCKET_MS + 2):
        await world.store.call("DEL", world.keys.idem(bucket))
        await world.store.call("HSET", world.keys.totals, "forgotten", (bucket + 1) * ID_BUCKET_MS)
