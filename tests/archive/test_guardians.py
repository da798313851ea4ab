from __future__ import annotations

import asyncio

from msgspec.structs import replace

from app.archive import guardians
from app.archive.archive import Archive
from app.rules.guardians import CODE_LIFE_MS, TRIES_MAX, WARDS_MAX, Link

LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


async def test_a_code_links_once(archive: Archive) -> None:
    """Of many guardians who type it at once, one has the ward; it is used up, and each is told the other's name."""
    assert await archive.write(guardians.put_code, "wim", "Wim", "CODE", 100)
    tried = await asyncio.gather(
        *(archive.write(guardians.link_by_code, f"g{i}", f"G{i}", "CODE", 50) for i in range(4))
    )

    assert ["code_expired"] * 3 + ["linked"] == sorted(one.outcome for one in tried)
    link = await archive.read(guardians.link_of, "wim")
    assert link is not None
    assert [link] == [one.link for one in tried if one.link is not None]
    assert ("Wim", "code", [link]) == (link.ward_name, link.via, await archive.read(guardians.links_of, link.guardian))


async def test_a_code_ends(archive: Archive) -> None:
    """After its time, and with the next one of the same ward."""
    await archive.write(guardians.put_code, "wim", "Wim", "OLD", 100)
    await archive.write(guardians.put_code, "wim", "Wim", "NEW", 200)

    tries = [("OLD", 50), ("NEW", 200), ("NEW", 199)]
    assert ["code_expired", "code_expired", "code_expired"] == [
        (await archive.write(guardians.link_by_code, "gil", "Gil", code, now_ms)).outcome for code, now_ms in tries
    ]


async def test_tries_are_counted(archive: Archive) -> None:
    """Five that fail, also at once, are the last for ten minutes; those that succeed count for nothing."""
    await archive.write(guardians.put_code, "ida", "Ida", "IDA", 10**9)
    assert "linked" == (await archive.write(guardians.link_by_code, "gil", "Gil", "IDA", 10)).outcome
    await archive.write(guardians.put_code, "wim", "Wim", "WIM", 10**9)
    outcomes = await asyncio.gather(
        *(archive.write(guardians.link_by_code, "gil", "Gil", "no", 20) for _ in range(TRIES_MAX + 2))
    )
    outcomes.append(await archive.write(guardians.link_by_code, "gil", "Gil", "WIM", 30))

    assert ["code_expired"] * TRIES_MAX + ["rate_limited"] * 3 == sorted(one.outcome for one in outcomes)
    again_ms = await archive.read(guardians.tried_too_often, "gil", 30)
    assert again_ms == outcomes[-1].again_ms == 10 + CODE_LIFE_MS
    assert 0 == await archive.read(guardians.tried_too_often, "another", 30)
    assert "linked" == (await archive.write(guardians.link_by_code, "gil", "Gil", "WIM", again_ms)).outcome


async def test_a_ward_has_one_guardian(archive: Archive) -> None:
    """Neither a code nor another link changes who it is; a link that ended makes room."""
    assert "linked" == (await archive.write(guardians.link, LINK)).outcome
    other = replace(LINK, guardian="eve", guardian_name="Eve")

    assert ("has_guardian", LINK, 0, None) == await archive.write(guardians.link, other)
    assert not await archive.write(guardians.put_code, "wim", "Wim", "CODE", 100)
    assert await archive.write(guardians.unlink, "wim", "eve") is None
    ended = await archive.write(guardians.unlink, "wim", "gil")
    assert ended is not None
    assert (LINK, None) == (ended.link, ended.bounds.guard)
    assert "linked" == (await archive.write(guardians.link, other)).outcome
    ended = await archive.write(guardians.unlink, "wim", None)
    assert ended is not None
    assert other == ended.link


async def test_a_code_that_was_shown_before_is_none_after(archive: Archive) -> None:
    """Who was linked otherwise is not linked by it, now or after the link has ended."""
    await archive.write(guardians.put_code, "wim", "Wim", "CODE", 100)
    await archive.write(guardians.link, LINK)

    assert "code_expired" == (await archive.write(guardians.link_by_code, "eve", "Eve", "CODE", 50)).outcome


async def test_a_guardian_has_so_many_wards(archive: Archive) -> None:
    """One more is refused, and so is oneself."""
    for i in range(WARDS_MAX):
        assert "linked" == (await archive.write(guardians.link, replace(LINK, ward=f"w{i}"))).outcome

    assert "too_many_wards" == (await archive.write(guardians.link, LINK)).outcome
    assert "own_guardian" == (await archive.write(guardians.link, replace(LINK, ward="gil"))).outcome
    assert WARDS_MAX == len(await archive.read(guardians.links_of, "gil"))
