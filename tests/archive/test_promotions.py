from __future__ import annotations

import msgspec

from app.archive import promotions
from app.archive.archive import Archive
from app.rules.promotions import Promotion
from tests.rules.test_promotions import ASKED, RUNNING


async def put(archive: Archive, number: int, **changed: object) -> Promotion:
    """A promotion of its own."""
    made = msgspec.structs.replace(ASKED, **{"id": f"m{number}", "created_ms": number, **changed})
    assert await archive.write(promotions.insert, made, f"ann:k{number}", "mark")
    return made


async def test_a_promotion_is_kept_as_it_is(archive: Archive) -> None:
    """Each field comes back as it was written, and as it was changed."""
    made = await put(archive, 1)
    assert made == await archive.read(promotions.find, "m1")
    await archive.write(promotions.save, RUNNING)

    assert RUNNING.ends_ms == (await archive.write(lambda c: promotions.find(c, "m1", lock=True))).ends_ms  # type: ignore[union-attr]
    assert None is await archive.read(promotions.find, "m2")


async def test_a_request_makes_one_promotion(archive: Archive) -> None:
    """The key of a request leads to its promotion, and cannot be used for a second one."""
    made = await put(archive, 1)

    assert not await archive.write(promotions.insert, msgspec.structs.replace(made, id="m2"), "ann:k1", "other")
    assert (made, "mark") == await archive.read(promotions.find_by_request, "ann:k1")
    assert None is await archive.read(promotions.find_by_request, "ann:k2")


async def test_which_run(archive: Archive) -> None:
    """Those that run are found, those that are asked for are counted with them, those of a person by the newest."""
    made = [
        await put(archive, 1, status="running"),
        await put(archive, 2),
        await put(archive, 3, status="ended"),
        await put(archive, 4, status="running", user="bob"),
        await put(archive, 5, status="refused"),
    ]

    assert [made[0], made[3]] == await archive.read(promotions.running, 9)
    assert (3, 2) == (await archive.read(promotions.count_open), await archive.read(promotions.count_open_of, "ann"))
    assert made[2:0:-1] == await archive.read(promotions.page, "ann", None, 2)
    assert made[:1] == await archive.read(promotions.page, "ann", (2, "m2"), 9)


async def test_counts_only_grow(archive: Archive) -> None:
    """What was counted is told again, by whomever and in whatever order, and counts once."""
    await put(archive, 1, status="running")
    for delivered, parts in ((5, {0: 3, 1: 2}), (9, {0: 3, 1: 4, 2: 2}), (9, {0: 3, 1: 4, 2: 2}), (5, {0: 3, 1: 2})):
        await archive.write(promotions.note, "m1", delivered, parts)
    found = await archive.read(promotions.find, "m1")
    assert found is not None

    assert 9 == found.delivered
    assert {0: 3, 1: 4, 2: 2} == await archive.read(promotions.parts_of, "m1")
