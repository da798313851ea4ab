from __future__ import annotations

import pytest

from app.actions.streamer.run_shout_outs import change_shout_outs, decide_shout_out, find_shout_out
from app.base.errors import Refusal
from app.rules.shout_outs import ShoutOutSettings
from app.store.overlays import read_overlay
from tests.world import World


async def test_words_of_dear_gifts_are_found(world: World) -> None:
    """A gift of so many coins that came with words is a shout-out; one without, or a cheaper one, is none."""
    await world.grant("ann", 1000)
    orders = [
        world.order(gift="crown", message="hello"),
        world.order(gift="crown"),
        world.order(gift="heart", message="hello"),
    ]
    await world.send(*orders)
    gift, words = await find_shout_out(world.rooms, "main", orders[0].wire.id, 99)
    assert ("crown", "hello") == (gift.gift, words)
    for other in orders[1:]:
        with pytest.raises(Refusal, match="no_shout_out"):
            await decide_shout_out(world.rooms, "main", other.wire.id, "approve", 99)
    with pytest.raises(Refusal, match="room_not_found"):
        await find_shout_out(world.rooms, "nowhere", orders[0].wire.id, 99)


async def test_settings_are_kept_beside_the_overlays(world: World) -> None:
    """How shout-outs are read out is kept with what else the room's overlays go by, which it leaves alone."""
    wanted = ShoutOutSettings(approve=True, voice="es")
    before = await read_overlay(world.standing, "main")
    await change_shout_outs(world.rooms, "main", wanted)
    after = await read_overlay(world.standing, "main")

    assert (wanted, before.settings.volume) == (after.settings.shout_outs, after.settings.volume)
    assert after.version > before.version
    with pytest.raises(Refusal, match="room_not_found"):
        await change_shout_outs(world.rooms, "nowhere", wanted)
