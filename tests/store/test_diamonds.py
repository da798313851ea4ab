from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.store.diamonds import Diamonds, read_diamonds
from tests.store.moving import freeze, payout_hold, refund, settlement
from tests.world import World


async def test_diamonds_in_all_states(world: World) -> None:
    """Each state, the debt and whether the person is frozen, all of one moment; of nobody it is nothing."""
    await world.grant("ann", 100)
    await world.send(world.order(gift="heart", quantity=2))
    moves = [settlement("sam", 7000), payout_hold("sam", 2000), refund("sam", 30), freeze("sam")]
    await world.moves.post(moves)

    assert Diamonds(6, 3000, 5000, 2000, 30, True) == await read_diamonds(world.ledger, "sam")
    assert Diamonds(6, 0, 0, 0, 0, False) == await read_diamonds(world.ledger, "nobody")


async def test_another_ledger_is_refused(world: World) -> None:
    """Of a store with another ledger nothing is told."""
    with pytest.raises(Refusal, match="uninitialised"):
        await read_diamonds(world.ledger_with(epoch="another"), "sam")
