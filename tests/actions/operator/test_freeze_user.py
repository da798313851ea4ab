from __future__ import annotations

import pytest

from app.actions.operator.freeze_user import Act, freeze_user, unfreeze_user
from app.base.errors import Refusal
from tests.books import check_books
from tests.world import World

ACT = Act("ann", "a stolen card", "person:op", "k")


async def test_who_is_frozen_sends_nothing_until_it_ends(world: World) -> None:
    """A frozen person's gift is refused with nothing moved; afterwards it is sent. Each act is an entry."""
    await world.grant("ann", 100)
    await freeze_user(world.moves, ACT)
    assert ["Rwallet_frozen"] == await world.send_in_vain(world.order())
    assert 100 == await world.coins("ann")
    await unfreeze_user(world.moves, ACT._replace(reason="it was theirs"))
    await world.send(world.order())

    assert 99 == await world.coins("ann")
    await check_books(world)


async def test_a_key_freezes_once(world: World) -> None:
    """The same act again is the same entry, and another act needs another key."""
    first, again = [await freeze_user(world.moves, ACT) for _ in range(2)]
    assert (first.n, False, True) == (again.n, first.duplicate, again.duplicate)
    with pytest.raises(Refusal, match="id_reused"):
        await freeze_user(world.moves, ACT._replace(user="bob"))


async def test_a_reason_is_needed(world: World) -> None:
    """A reason with nothing to be seen in it is none."""
    with pytest.raises(Refusal, match="bad_request"):
        await freeze_user(world.moves, ACT._replace(reason="\u200b"))
    with pytest.raises(Refusal, match="bad_request"):
        await unfreeze_user(world.moves, ACT._replace(reason=" "))
