from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.actions.guardian import link_wards
from app.archive import audit_log
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.guardians import CODE_LIFE_MS, TRIES_MAX, Link
from app.rules.tokens import Person
from tests.world import World

WIM = Person(sub="wim", name="Wim", role="viewer", exp=0)
GIL = Person(sub="gil", name="Gil", role="guardian", exp=0)
LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


async def slug_of(work: object) -> str:
    """The slug that something is refused with."""
    with pytest.raises(Refusal) as refused:
        await work  # type: ignore[misc]
    return refused.value.slug


async def test_by_code(archive: Archive, world: World) -> None:
    """One shows a code, the other types it: then the ward can neither get another guardian nor a new code."""
    now_ms = world.now_ms()
    view = await link_wards.show_code(archive, WIM, now_ms)
    assert now_ms + CODE_LIFE_MS == view.expires_ms
    link = await link_wards.link_by_code(world.partitions, archive, GIL, view.code.lower())

    assert ("wim", "Wim", "gil") == (link.ward, link.ward_name, link.guardian)
    assert link.since_ms >= now_ms
    assert link == await link_wards.own_ward(archive, "gil", "wim")
    assert "has_guardian" == await slug_of(link_wards.show_code(archive, WIM, now_ms))


async def test_what_is_refused(archive: Archive, world: World) -> None:
    """Minors, oneself, codes that are none, more than five of these, and other people's wards."""
    code = (await link_wards.show_code(archive, replace(WIM, sub="gil"), world.now_ms())).code
    assert "minor" == await slug_of(link_wards.link_by_code(world.partitions, archive, replace(GIL, minor=True), code))
    assert "bad_request" == await slug_of(link_wards.link_by_code(world.partitions, archive, GIL, code))
    slugs = [
        await slug_of(link_wards.link_by_code(world.partitions, archive, GIL, "no code")) for _ in range(TRIES_MAX + 1)
    ]
    assert ["code_expired"] * TRIES_MAX + ["rate_limited"] == slugs
    assert "unknown_ward" == await slug_of(link_wards.own_ward(archive, "gil", "wim"))
    assert "unknown_ward" == await slug_of(link_wards.unlink(world.partitions, archive, "wim", "gil"))


async def test_by_the_platform(archive: Archive, world: World) -> None:
    """The same again is the same link; another guardian is refused until the link has ended."""
    assert LINK == await link_wards.link_by_platform(world.partitions, archive, LINK, "UTC")
    assert LINK == await link_wards.link_by_platform(world.partitions, archive, replace(LINK, since_ms=9), "UTC")
    other = replace(LINK, guardian="eve")
    assert "has_guardian" == await slug_of(link_wards.link_by_platform(world.partitions, archive, other, "UTC"))
    assert LINK == await link_wards.unlink(world.partitions, archive, "wim", None)
    assert other == await link_wards.link_by_platform(world.partitions, archive, other, "UTC")


async def test_links_that_end_are_in_the_audit_log(archive: Archive, world: World) -> None:
    """Who linked, who ended it, and with whom."""
    for guardian in ("gil", None):
        await link_wards.link_by_platform(world.partitions, archive, LINK, "UTC")
        await link_wards.unlink(world.partitions, archive, "wim", guardian)
    entries = await archive.read(audit_log.page, audit_log.Search(whom="wim"), 10)

    linked, told = ("platform", "link_guardian", "gil"), [(one.who, one.what, one.details) for one in reversed(entries)]
    ended = [(who, "unlink_guardian", "gil") for who in ("person:gil", "platform")]
    assert [linked, ended[0], linked, ended[1]] == told
