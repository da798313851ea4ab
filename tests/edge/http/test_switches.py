"""What operators switch off over HTTP: with the answer it is off for everyone, and everyone is told why."""

from __future__ import annotations

from typing import Any

from app.rules.messages import Error, GiftAccepted
from app.rules.switches import Off, Switch, SwitchList, WhatIsOff
from tests.edge.http.buying import buy, make_tables
from tests.edge.http.test_ops import SETTINGS as SETTINGS
from tests.edge.http.test_ops import act, slug
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import new_id
from tests.rules.shapes import strictly

WHY = {"on": False, "reason": "a look at it"}


async def switch(product: Product, path: str, body: Any) -> Switch:
    """The switch afterwards."""
    return strictly((await act(product, path, body, method="PUT")).content, Switch)


async def test_gifts_are_off_for_everyone_and_on_again(product: Product) -> None:
    """All, or a single one: a gift after the answer is refused with the reason, and its id may be used afterwards."""
    make_tables(product)
    await product.grant("gus", 50)
    gift, other = new_id(), new_id()
    async with product.join("gus") as gus:
        off = await switch(product, "switches/gifts", WHY)
        refused = await gus.send_gift(gift)
        told = await read(product, "/v1/switches", WhatIsOff)
        await switch(product, "switches/gifts", {**WHY, "on": True})
        sent = await gus.send_gift(gift)
        await switch(product, "gifts/rose", WHY)
        refused_one = await gus.send_gift(other)
        sent_other = await gus.send_gift(new_id(), "heart")
        await switch(product, "gifts/rose", {**WHY, "on": True})

    assert (False, "gifts", "a look at it", "person:op1") == (off.on, off.name, off.reason, off.by)
    assert WhatIsOff([Off("gifts", "a look at it")], []) == told
    assert isinstance(refused, Error)
    assert isinstance(refused_one, Error)
    assert [("switched_off", {"reason": "a look at it"})] * 2 == [
        (one.error, one.details) for one in (refused, refused_one)
    ]
    assert isinstance(sent, GiftAccepted)
    assert isinstance(sent_other, GiftAccepted)
    assert WhatIsOff([], []) == await read(product, "/v1/switches", WhatIsOff)


async def test_purchases_are_off(product: Product) -> None:
    """Nobody begins one, and everyone reads why; operators see who did it."""
    await switch(product, "switches/purchases", WHY)
    refused = await buy(product, "pia")
    async with product.http(product.token("pia")) as http:
        headers = {"Idempotency-Key": "g", "Accept-Language": "de"}
        in_german = await http.post("/v1/me/purchases", json={"package": "coins_700"}, headers=headers)
    listed = await read(product, "/v1/ops/switches", SwitchList, product.token("op9", "operator"))
    await switch(product, "switches/purchases", {**WHY, "on": True})

    assert (409, "switched_off") == slug(refused)
    assert "Das ist vorerst abgeschaltet. a look at it" == in_german.json()["detail"]
    assert {"reason": "a look at it"} == refused.json()["details"]
    assert ("purchases", False, "person:op1") in [(one.name, one.on, one.by) for one in listed.switches]
    assert 201 == (await buy(product, "pia")).status_code
