from __future__ import annotations

from typing import Any

import pytest

from app.actions.streamer.tax_profile import put_tax_profile
from app.archive import tax_profiles
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.tax_profiles import TaxProfileRequest

NOW_MS = 1_795_000_000_000


async def test_a_profile_is_kept(archive: Archive) -> None:
    """It is kept with its number written plainly, in place of the one before."""
    request = TaxProfileRequest(
        country="DE", form="W-8BEN", name=" Jörg\u200b  Äpfel ", tin="36 574 261 809", treaty=True
    )
    await put_tax_profile(archive, "sam", request, 5)
    profile = await put_tax_profile(archive, "sam", request, NOW_MS)

    assert profile == await archive.read(tax_profiles.find, "sam")
    assert ("Jörg Äpfel", "36574261809", True, NOW_MS) == (
        profile.name,
        profile.tin,
        profile.treaty,
        profile.signed_ms,
    )
    assert None is await archive.read(tax_profiles.find, "sue")


async def test_what_is_no_profile(archive: Archive) -> None:
    """An unknown country, a number that is none there, a form without what it needs, no name: refused, and not kept."""
    odd: list[dict[str, Any]] = [
        {"country": "XX"},
        {"form": "W-9", "tin": None},
        {"form": "W-9", "tin": "36574261809"},
        {"form": "none", "treaty": True},
        {"tin": "1234"},
        {"tin": "  ", "treaty": True},
        {"name": "\u200b"},
    ]
    for changed in odd:
        values = {"country": "DE", "form": "W-8BEN", "name": "Jörg", "tin": "36574261809", **changed}
        with pytest.raises(Refusal, match="bad_request"):
            await put_tax_profile(archive, "sam", TaxProfileRequest(**values), NOW_MS)

    assert None is await archive.read(tax_profiles.find, "sam")
