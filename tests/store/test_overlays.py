from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.overlays import ConnectedSource, OverlayRule, OverlaySettings
from app.store import overlays
from tests.world import World

SETTINGS = OverlaySettings(volume=20, muted=True, paused=True, rules=(OverlayRule(gift="rose", seconds=3),))


async def test_settings_are_kept(world: World) -> None:
    """A room has the usual settings until others are put; pausing changes nothing else, and each change counts."""
    standing = world.standing
    assert OverlaySettings() == (await overlays.read_overlay(standing, "main")).settings
    await overlays.put_settings(standing, "main", SETTINGS)
    assert SETTINGS == (await overlays.read_overlay(standing, "main")).settings
    await overlays.put_paused(standing, "main", paused=False)
    found = await overlays.read_overlay(standing, "main")
    assert (20, False, 2) == (found.settings.volume, found.settings.paused, found.version)
    assert 0 == (await overlays.read_overlay(standing, "side")).version


async def test_addresses_end_for_ever(world: World) -> None:
    """Each change of addresses is later than the one before, whatever the clock says; settings stay."""
    await overlays.put_settings(world.standing, "main", SETTINGS)
    first = await overlays.rotate(world.standing, "main", 1_000_000)
    again = await overlays.rotate(world.standing, "main", 5)
    assert (1_000_000, 1_000_001, SETTINGS) == (first.rotated_ms, again.rotated_ms, again.settings)


async def test_an_ended_room_keeps_them_for_a_while(world: World) -> None:
    """An ended room's settings are kept longer than any address, and for ever once it is live again."""
    key = world.keys.overlay("main")
    await overlays.put_settings(world.standing, "main", SETTINGS)
    assert await world.store.call("PTTL", key) == -1
    await world.rooms.change("main", ',"room":{}}', {"status": "ended"})
    assert 39 * 86_400_000 < await world.store.call("PTTL", key) <= 40 * 86_400_000
    await world.rooms.open(world.room["main"], "e", ',"room":{}}')
    assert await world.store.call("PTTL", key) == -1
    await world.rooms.change("side", ',"room":{}}', {"status": "ended"})
    await overlays.rotate(world.standing, "side", 1)
    assert 0 < await world.store.call("PTTL", world.keys.overlay("side"))


async def test_a_room_that_is_not_there(world: World) -> None:
    """Nothing is kept for it."""
    with pytest.raises(Refusal, match="room_not_found"):
        await overlays.put_settings(world.standing, "nowhere", SETTINGS)
    assert not await world.store.call("EXISTS", world.keys.overlay("nowhere"))


async def test_sources_of_all_workers(world: World) -> None:
    """Every worker's overlays are there, the oldest first, until it says otherwise, or nothing for a while."""
    one, two = (ConnectedSource(widget="board", program="obs", since_ms=ms) for ms in (2, 1))
    await overlays.report_sources(world.standing, "w1", {"main": [one]})
    await overlays.report_sources(world.standing, "w2", {"main": [two]})
    assert [two, one] == await overlays.read_sources(world.standing, "main")
    await overlays.report_sources(world.standing, "w2", {"main": []})
    assert [one] == await overlays.read_sources(world.standing, "main")
    assert 0 < await world.store.call("PTTL", world.keys.sources("main")) <= overlays.SOURCES_GOOD_FOR_MS
