from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.actions.guardian import link_wards
from app.actions.guardian.guard_ward import guard_ward
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.guardians import Link
from app.store.spending import read_limits
from tests.world import World

LINK = Link(ward="wim", ward_name="Wim", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


async def test_it_is_the_guardians_alone(archive: Archive, world: World) -> None:
    """The store judges by what the guardian allows; nobody else changes it, and it ends with the link."""
    standing = world.ledger.standing
    await link_wards.link_by_platform(world.partitions, archive, LINK, "Europe/Berlin")
    await guard_ward(standing, archive, "gil", "wim", lambda before: replace(before, day=5))
    kept = (await read_limits(standing, "wim")).bounds
    assert kept is not None
    assert kept.guard is not None
    assert (5, "Europe/Berlin") == (kept.guard.day, kept.tz)
    for guardian, ward in (("eve", "wim"), ("gil", "nobody")):
        with pytest.raises(Refusal, match="unknown_ward"):
            await guard_ward(standing, archive, guardian, ward, lambda before: replace(before, day=None))
    await link_wards.unlink(world.partitions, archive, "wim", "gil")
    kept = (await read_limits(standing, "wim")).bounds
    assert kept is not None
    assert kept.guard is None
