from __future__ import annotations

import asyncio

import msgspec

from app.archive import tax_profiles
from app.archive.archive import Archive
from tests.rules.test_tax_profiles import PROFILE


async def test_a_user_has_one_profile(archive: Archive) -> None:
    """The last one that was put, all of it; others have their own."""
    other = msgspec.structs.replace(PROFILE, form="none", treaty=False, tin="", name="é'\"")
    await archive.write(tax_profiles.put, PROFILE)
    await archive.write(tax_profiles.put, msgspec.structs.replace(PROFILE, user="sue"))
    first = await archive.read(tax_profiles.find, "sam")
    await archive.write(tax_profiles.put, other)

    assert (PROFILE, other) == (first, await archive.write(tax_profiles.find, "sam", lock=True))
    assert None is await archive.read(tax_profiles.find, "nobody")


async def test_many_firsts_at_once(archive: Archive) -> None:
    """Of first profiles that come at once, one stays."""
    await asyncio.gather(*(archive.write(tax_profiles.put, PROFILE) for _ in range(8)))

    assert PROFILE == await archive.read(tax_profiles.find, "sam")
