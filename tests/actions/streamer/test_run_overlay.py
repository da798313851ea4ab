from __future__ import annotations

import pytest

from app.actions.streamer.run_overlay import change_settings, command_overlays
from app.base.errors import Refusal
from app.rules import catalogue
from app.rules.overlays import OverlayCommandRequest, OverlayRule, OverlaySettings
from app.store.overlays import read_overlay
from tests.world import World

GIFTS = catalogue.load().by_id()


async def test_settings_are_checked_and_kept(world: World) -> None:
    """Settings that cannot be followed are refused and leave those that are there."""
    kept = await change_settings(world.rooms, "main", OverlaySettings(volume=5), GIFTS)
    with pytest.raises(Refusal, match="unknown_gift"):
        await change_settings(world.rooms, "main", OverlaySettings(rules=(OverlayRule(gift="nothing"),)), GIFTS)
    assert kept == await read_overlay(world.standing, "main")


async def test_pausing_lasts(world: World) -> None:
    """Pause and resume are kept with the settings; other commands change nothing."""
    seen = []
    for command in ("pause", "skip", "resume", "clear"):
        await command_overlays(world.rooms, "main", OverlayCommandRequest(command=command), GIFTS)
        seen.append((await read_overlay(world.standing, "main")).settings.paused)
    assert [True, True, False, False] == seen


async def test_a_test_is_no_gift(world: World) -> None:
    """A test leaves the store as it is, down to the last key."""
    before = await world.dump()
    await command_overlays(world.rooms, "main", OverlayCommandRequest(command="test", gift="lion"), GIFTS)
    await command_overlays(world.rooms, "main", OverlayCommandRequest(command="test", storm=True), GIFTS)
    assert before == await world.dump()
    with pytest.raises(Refusal, match="room_not_found"):
        await command_overlays(world.rooms, "nowhere", OverlayCommandRequest(command="skip"), GIFTS)
