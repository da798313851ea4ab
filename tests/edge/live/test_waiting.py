"""Gifts that wait for a guardian, while workers die and wards come and go."""

from __future__ import annotations

from app.rules.approvals import ApprovalList
from app.rules.gifts import GiftSendStatus
from app.rules.messages import Error, GiftAccepted
from app.rules.spending_views import ApprovalDecided
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import new_id

SETTINGS = {"gift_rate": 0}


async def test_a_gift_outlives_its_worker_and_its_ward_who_left(product: Product) -> None:
    """Asked on one that is killed; approved while the ward is away: sent once more, the gift goes exactly once."""
    product.wait_for_books()
    gift, gil = new_id(), product.token("gil", "guardian")
    say = {"type": "send_gift", "id": gift, "gift": "rose", "quantity": 5}
    await product.grant("wim", 100)
    async with product.platform() as http:
        body = {"id": "gil", "name": "Gil", "ward_name": "Wim"}
        assert 200 == (await http.put("/v1/users/wim/guardian", json=body)).status_code
    async with product.http(gil) as http:
        limits = await http.put("/v1/guardian/wards/wim/limits", json={"approve_from": 5})
        assert 200 == limits.status_code, limits.text
    async with product.join("wim") as wim:
        await wim.say(say)
        waits = await wim.until(Error)
        assert "approval_needed" == waits.error
    product.kill_all()
    product.start()
    (asked,) = (await read(product, "/v1/guardian/approvals", ApprovalList, gil)).approvals
    assert (waits.details["approval"], "asked") == (asked.id, asked.state)
    async with product.join("wim") as wim:
        await wim.say(say)
        await wim.until(Error)
    async with product.http(gil) as http:
        told = await http.post(f"/v1/guardian/approvals/{asked.id}", json={"approve": True})
        assert 200 == told.status_code, told.text
    async with product.join("wim") as wim:
        status = await read(product, f"/v1/gift-sends/{gift}", GiftSendStatus, product.token("wim"))
        assert ("pending", "approval_needed") == (status.status, status.error)
        await wim.say(say)
        await wim.say(say)
        await wim.wait(lambda: len(wim.all_of(GiftAccepted)) == 2)
        assert [False, True] == [accepted.duplicate for accepted in wim.all_of(GiftAccepted)]
        assert [] == wim.all_of(ApprovalDecided)
    assert 95 == await product.coins("wim")
