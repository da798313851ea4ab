from __future__ import annotations

import msgspec

from app.archive import adjustments
from app.archive.archive import Archive
from app.rules.adjustments import Adjustment

ASKED = Adjustment(id="a1", status="waiting", user="ann", coins=-9 * 10**11, reason="why", by="person:op", created_ms=1)


async def put(archive: Archive, number: int, **changed: object) -> Adjustment:
    """An adjustment of its own."""
    made = msgspec.structs.replace(ASKED, **{"id": f"a{number}", "created_ms": number, **changed})
    assert await archive.write(adjustments.insert, made, f"person:op:k{number}", "mark")
    return made


async def test_an_adjustment_is_kept_as_it_is(archive: Archive) -> None:
    """Each field comes back as it was written, and as it was changed."""
    made = await put(archive, 1)
    assert made == await archive.read(adjustments.find, "a1")
    changed = msgspec.structs.replace(made, status="rejected", second="person:other", decided_ms=2**50, why="no")
    await archive.write(adjustments.save, changed)

    assert changed == await archive.write(lambda connection: adjustments.find(connection, "a1", lock=True))
    assert None is await archive.read(adjustments.find, "a2")


async def test_a_request_makes_one_adjustment(archive: Archive) -> None:
    """The key of a request leads to its adjustment, and cannot be used for a second one."""
    made = await put(archive, 1)
    other = msgspec.structs.replace(made, id="a2")

    assert not await archive.write(adjustments.insert, other, "person:op:k1", "other")
    assert (made, "mark") == await archive.read(adjustments.find_by_request, "person:op:k1")
    assert None is await archive.read(adjustments.find_by_request, "person:op:k2")


async def test_pages_are_the_newest_first(archive: Archive) -> None:
    """A page goes on where the last one ended, and shows one status or all."""
    made = [await put(archive, number, status="waiting" if number % 2 else "applied") for number in range(1, 6)]

    assert made[:2:-1] == await archive.read(adjustments.page, None, None, 2)
    assert made[2::-1] == await archive.read(adjustments.page, None, (4, "a4"), 9)
    assert [made[4], made[2], made[0]] == await archive.read(adjustments.page, "waiting", None, 9)
