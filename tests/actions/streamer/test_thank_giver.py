from __future__ import annotations

import pytest

from app.actions.streamer.thank_giver import thank_giver
from app.base.errors import Refusal
from app.rules.shout_outs import ThanksRequest
from tests.world import World


async def test_thanks_name_the_right_giver(world: World) -> None:
    """Thanks for a gift go to who gave it; another name beside it is refused, and so are links."""
    await world.grant("ann", 100)
    order = world.order(gift="coffee")
    await world.send(order)
    for wrong, slug in (
        (ThanksRequest(gift=order.wire.id, user="bob"), "unknown_gift_send"),
        (ThanksRequest(gift="other"), "unknown_gift_send"),
        (ThanksRequest(gift=order.wire.id, text="see spam.com"), "link_in_words"),
        (ThanksRequest(), "bad_request"),
    ):
        with pytest.raises(Refusal, match=slug):
            await thank_giver(world.rooms, "main", wrong)
    said = await thank_giver(world.rooms, "main", ThanksRequest(gift=order.wire.id, user="ann", text="so kind"))
    assert ("Ann", "coffee", "so kind") == (said.user.name, said.gift.gift, said.text)  # type: ignore[union-attr]
    assert "Ann" == (await thank_giver(world.rooms, "main", ThanksRequest(user="ann"))).user.name
