"""A wallet's history over HTTP: complete, the newest first, its owner's alone."""

from __future__ import annotations

import asyncio
import csv
from typing import Any

from app.rules.statements import Statement
from tests.edge.http.buying import WEBHOOK_SECRET, buy, event, tell
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import new_id

PARTITIONS = (1, 4)
SETTINGS = {"demo_webhook_secret": WEBHOOK_SECRET, "gift_rate": 0}


async def fill(product: Product, user: str) -> None:
    """A purchase, a grant and three gifts."""
    product.wait_for_books()
    purchase = (await buy(product, user)).json()
    await tell(product, event(purchase))
    await product.grant(user, 5)
    room = await product.open_room(f"room-{user}")
    async with product.join(user, room) as viewer:
        for gift in ("rose", "heart", "rose"):
            await viewer.send_gift(new_id(), gift)
    # A machine that is busy with other tests keeps its books later than an answer waits for them.
    async with asyncio.timeout(30):
        while len((await read(product, "/v1/me/statement", Statement, product.token(user))).entries) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.05)


async def test_a_wallets_history(product: Product) -> None:
    """Each line says what moved, what was there afterwards and what it was for; pages join without a gap."""
    await fill(product, "ann")
    token = product.token("ann")
    whole = await read(product, "/v1/me/statement", Statement, token)
    first = await read(product, "/v1/me/statement", Statement, token, limit=3)
    rest = await read(product, "/v1/me/statement", Statement, token, limit=3, cursor=first.cursor)

    assert [("gift", -1, 698), ("gift", -5, 699), ("gift", -1, 704), ("grant", 5, 705), ("purchase", 700, 700)] == [
        (line.kind, line.coins, line.balance) for line in whole.entries
    ]
    assert ("rose", "room-ann", "a test") == (
        whole.entries[0].what.gift,
        whole.entries[0].what.room,
        whole.entries[3].what.reason,
    )
    assert whole.entries == [*first.entries, *rest.entries]
    assert None is rest.cursor is whole.cursor


async def test_some_kinds_and_a_table(product: Product) -> None:
    """One kind alone can be asked for, or several, and all of it as CSV."""
    await fill(product, "bob")
    gifts = await read(product, "/v1/me/statement", Statement, product.token("bob"), kind="gift")
    others = await read(product, "/v1/me/statement", Statement, product.token("bob"), kind="purchase,bonus,grant")
    async with product.http(product.token("bob")) as http:
        answer = await http.get("/v1/me/statement", params={"format": "csv"})
    rows = list(csv.DictReader(answer.text.splitlines()))

    assert ["gift"] * 3 == [line.kind for line in gifts.entries]
    assert ["grant", "purchase"] == [line.kind for line in others.entries]
    assert ("text/csv; charset=utf-8", 5) == (answer.headers["content-type"], len(rows))
    assert ["-1", "-5", "-1", "5", "700"] == [row["coins"] for row in rows]


async def test_whose_it_is(product: Product) -> None:
    """Everybody sees their own, the platform anyone's; who has nothing sees nothing; odd questions are refused."""
    await fill(product, "eve")
    asked: dict[str, Any] = {"cursor": "x", "limit": "0", "kind": "gift,dance", "format": "pdf"}
    async with product.platform() as http:
        theirs = (await http.get("/v1/users/eve/statement")).json()
    async with product.http(product.token("cat")) as http:
        nothing = (await http.get("/v1/me/statement")).json()
        others = await http.get("/v1/users/eve/statement")
        refused = [await http.get("/v1/me/statement", params={name: value}) for name, value in asked.items()]
    async with product.http() as http:
        nobody = await http.get("/v1/me/statement")

    assert (5, [], 403, 401) == (len(theirs["entries"]), nothing["entries"], others.status_code, nobody.status_code)
    assert {(400, "bad_request")} == {(answer.status_code, answer.json()["error"]) for answer in refused}
