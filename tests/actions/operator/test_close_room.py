from __future__ import annotations

import pytest

from app.actions.operator.close_room import close_room
from app.base.errors import Refusal
from tests.actions.shop import Shop
from tests.audited import acts


async def close(shop: Shop, room: str = "main", reason: str = "it breaks the rules") -> None:
    """An operator ends a room."""
    await close_room(shop.archive, shop.world.partitions, room, reason, "person:op", shop.now_ms)


async def test_a_room_that_is_ended_takes_no_gifts(shop: Shop) -> None:
    """It is over at once, and the audit log says why."""
    await shop.world.grant("ann", 10)
    await close(shop)

    assert ["Rroom_not_live"] == await shop.world.send_in_vain(shop.world.order())
    assert [("person:op", "end_room", "main", "it breaks the rules", "")] == await acts(shop.archive)


async def test_a_room_that_is_not_there_cannot_be_ended(shop: Shop) -> None:
    """Nor is one without a reason; nothing is written down."""
    with pytest.raises(Refusal, match="room_not_found"):
        await close(shop, "nowhere")
    with pytest.raises(Refusal, match="bad_request"):
        await close(shop, reason=" ")

    assert [] == await acts(shop.archive)
