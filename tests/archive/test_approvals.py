from __future__ import annotations

import asyncio

from msgspec.structs import replace

from app.archive import approvals, guardians
from app.archive.archive import Archive
from app.rules.approvals import KEPT_MS, OPEN_MAX, About, Approval
from app.rules.guardians import Link
from tests.plans import scanned

LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")
NEW = Approval(
    id="wim:1",
    ward="wim",
    guardian="",
    kind="gift",
    coins=9,
    about=About(gift="rose", quantity=9),
    asked_ms=10,
    expires_ms=100,
)
ASKED = replace(NEW, guardian="gil")


async def test_it_is_asked_once(archive: Archive) -> None:
    """However often and at once: the first stands, and is the guardian's whom the ward has."""
    assert await archive.write(approvals.ask, NEW) is None
    await archive.write(guardians.link, LINK)
    asked = await asyncio.gather(*(archive.write(approvals.ask, replace(NEW, coins=9 + i)) for i in range(4)))

    assert asked[0] is not None
    assert [replace(ASKED, coins=asked[0].coins)] * 4 == asked
    assert asked[:1] == await archive.read(approvals.listed, "gil")
    assert [] == await archive.read(approvals.listed, "eve")


async def test_it_is_decided_once(archive: Archive) -> None:
    """By the guardian alone, in time; of a yes and a no at once one counts, and each is told which."""
    await archive.write(guardians.link, LINK)
    await archive.write(approvals.ask, NEW)
    assert await archive.write(approvals.decide, "eve", "wim:1", True, 50) is None
    assert ASKED == await archive.write(approvals.decide, "gil", "wim:1", True, 100)
    told = await asyncio.gather(*(archive.write(approvals.decide, "gil", "wim:1", i % 2 == 0, 50) for i in range(6)))

    assert told[0] is not None
    assert told[0].state in ("approved", "refused")
    assert [replace(ASKED, state=told[0].state, decided_ms=50)] * 6 == told
    assert [] == await archive.write(approvals.expire_due, 200)


async def test_it_expires(archive: Archive) -> None:
    """At its end, once; long after it is forgotten."""
    await archive.write(guardians.link, LINK)
    await archive.write(approvals.ask, NEW)

    assert [False, True] == [await archive.read(approvals.is_due, at_ms) for at_ms in (99, 100)]
    assert [] == await archive.write(approvals.expire_due, 99)
    assert [replace(ASKED, state="expired", decided_ms=100)] == await archive.write(approvals.expire_due, 100)
    assert [] == await archive.write(approvals.expire_due, 101)
    assert not await archive.read(approvals.is_due, 101)
    await archive.write(approvals.forget, 100 + KEPT_MS)
    assert await archive.read(approvals.find, "wim:1") is None


async def test_what_is_due_is_found_by_its_index(books: Archive) -> None:
    """What ends and what is forgotten: the other approvals are not read for it."""
    for work in (approvals.is_due, approvals.expire_due, approvals.forget):
        assert [] == await books.write(scanned, work, 100 + KEPT_MS)


async def test_so_many_wait_at_a_time(archive: Archive) -> None:
    """One more is refused until one of them is decided; all are when nobody answers for the ward any more."""
    await archive.write(guardians.link, LINK)
    for i in range(OPEN_MAX):
        assert await archive.write(approvals.ask, replace(NEW, id=f"wim:{i}")) is not None
    more = replace(NEW, id="wim:more")
    assert await archive.write(approvals.ask, more) is None
    await archive.write(approvals.decide, "gil", "wim:3", False, 50)
    assert await archive.write(approvals.ask, more) is not None

    ended = await archive.write(approvals.refuse_open, "wim", 60)
    assert (OPEN_MAX, {"refused"}) == (len(ended), {one.state for one in ended})
