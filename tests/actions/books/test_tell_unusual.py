from __future__ import annotations

import msgspec
import pytest

from app.actions.books import tell_unusual as module
from app.actions.books.tell_unusual import tell_unusual
from app.archive import unusual
from app.base.errors import StoreError
from app.rules.unusual import UnusualPurchase
from tests.actions.shop import Shop


async def test_people_are_told_until_they_were(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each unusual purchase once, again where the store could not be reached, and what is over is dropped."""
    heard: list[tuple[str, UnusualPurchase]] = []
    away = True

    async def tell(standing: object, whom: str, message: UnusualPurchase) -> None:
        if away:
            raise StoreError("it is away")
        heard.append((whom, message))

    monkeypatch.setattr(module, "tell", tell)
    bought = [(await shop.buy(f"k{number}")).purchase for number in range(2)]
    for purchase, mark in zip(bought, ("home", "hotel"), strict=True):
        await shop.archive.write(unusual.note, purchase, mark, large=True)
        await shop.say(purchase, "checkout.session.completed")
        await shop.delivery.deliver()
    standing = shop.world.standing
    with pytest.raises(StoreError):
        await tell_unusual(shop.archive, standing)
    away = False
    told = [await tell_unusual(shop.archive, standing) for _ in range(2)]

    assert [1, 0] == told
    assert [("ann", bought[1].id)] == [(whom, message.purchase) for whom, message in heard]
    assert b'"type":"unusual_purchase"' in msgspec.json.encode(heard[0][1])
    assert 1 == len(await shop.archive.read(unusual.notices, "ann", shop.now_ms))
