from __future__ import annotations

import msgspec
import pytest

from app.archive import promotion_visits
from app.archive.archive import Archive
from app.archive.promotion_visits import SETTLED_AFTER_MS, Followed
from app.archive.recorder import Recorder
from app.rules.entries import Gift
from app.rules.promotions import HOUR_MS, Promotion
from tests.journal import BORN_MS, Journal
from tests.plans import steps
from tests.rules.test_promotions import RUNNING
from tests.store.moving import grant

MINUTE_MS = 60_000


def gift(name: str, room: str = "main", quantity: int = 1) -> Gift:
    """One of ann's gifts, at a coin each."""
    return Gift(name, "ann", "sam", room, "rose", quantity, quantity, quantity * 1000, 0, 1, "c", 7, 0, None, 0)


@pytest.fixture
def promotion() -> Promotion:
    """One that runs for an hour from when the journal begins."""
    return msgspec.structs.replace(RUNNING, started_ms=BORN_MS, ends_ms=BORN_MS + HOUR_MS)


async def followed(archive: Archive, promotion: Promotion, at_ms: int) -> Followed:
    """What is known after all were looked at."""
    while await archive.write(promotion_visits.look, at_ms, 1):
        pass
    return (await archive.read(promotion_visits.followed, [promotion.id])).get(promotion.id, Followed())


async def test_gifts_that_followed(archive: Archive, promotion: Promotion) -> None:
    """What a visitor gave in that room within the hour is counted, as it comes; nothing before, after or elsewhere."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("before"))
    visit_ms = journal.at_ms + 500
    journal.write(gift("first"), gift("elsewhere", room="side"), after_ms=1000)
    await archive.write(Recorder("e", lambda _: 1000).record, journal.placed)
    assert await archive.write(promotion_visits.visit, promotion, "p", "ann", visit_ms, visit_ms)
    early = await followed(archive, promotion, visit_ms + MINUTE_MS)
    journal.write(gift("last", quantity=5), after_ms=HOUR_MS - 500)
    journal.write(gift("late"), after_ms=1)
    await archive.write(Recorder("e", lambda _: 1000).record, journal.placed)

    assert Followed(1, 1, 1) == early
    assert Followed(1, 6, 6) == await followed(archive, promotion, visit_ms + HOUR_MS + SETTLED_AFTER_MS + 1)
    assert 0 == await archive.write(promotion_visits.look, 2**50, 9)
    assert {0: Followed(1, 6, 6)} == await archive.read(promotion_visits.followed_by_part, promotion)


async def test_one_visit_an_hour(archive: Archive, promotion: Promotion) -> None:
    """Who follows the card again within the hour is the same visit; who it is may be told later."""
    hour_ms = BORN_MS // HOUR_MS * HOUR_MS
    times = [(hour_ms, ""), (hour_ms + 5, "ann"), (hour_ms + 9, "bob"), (hour_ms + HOUR_MS, "")]
    noted = [await archive.write(promotion_visits.visit, promotion, "p", who, at_ms, at_ms + 3) for at_ms, who in times]

    assert [True, False, False, True] == noted
    assert 1 == await archive.write(promotion_visits.look, hour_ms + 13, 9)
    assert {promotion.id: Followed(2, 0, 0)} == await archive.read(promotion_visits.followed, [promotion.id, "other"])


async def test_nobody_gave(archive: Archive) -> None:
    """Who has no account has given nothing."""
    assert (0, 0) == await archive.read(promotion_visits.given, "nobody", "main", 0, 2**50)


async def test_only_a_visitors_own_gifts_are_read(books: Archive) -> None:
    """However many gifts others gave meanwhile, what one visitor gave is found by the visitor's own."""
    journal = Journal()
    journal.write(grant("ann", 100), gift("hers"), grant("bob", 5000))
    journal.write(*(msgspec.structs.replace(gift(f"g{i}"), sender="bob", coins_left=4999 - i) for i in range(3000)))
    await books.write(Recorder("e1", lambda _: 0).record, journal.placed)
    given = promotion_visits.given

    assert (1, 1) == await books.read(given, "ann", "main", 0, 2**50)
    assert await books.read(steps, given, "ann", "main", 0, 2**50) < 1000
