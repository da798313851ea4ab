"""What the platform is told of its books, by the server itself."""

from __future__ import annotations

from app.rules.ledger_audit import LedgerAudit
from tests.archiving import finally_true
from tests.edge.product import Product
from tests.edge.reading import read
from tests.edge.site import API_KEY, new_id

PARTITIONS = (1, 4)
SETTINGS = {"gift_rate": 0}


async def test_the_books_agree_and_are_proved(product: Product) -> None:
    """After a grant and a gift the figures are those of that moment, drift is 0, and before long they are proved."""
    await product.grant("ann", 50)
    async with product.join("ann") as ann:
        await ann.send_gift(new_id())
    found = await read(product, "/v1/ledger/audit", LedgerAudit, API_KEY)

    assert (50, 49, 1, "1", 0) == (found.issued, found.wallets, found.spent, found.minted, found.drift)
    seen: list[LedgerAudit] = []

    async def proved() -> bool:
        seen.append(await read(product, "/v1/ledger/audit", LedgerAudit, product.token("op", "operator")))
        return seen[-1].proved_n == seen[-1].n and seen[-1].archive.lag == 0

    await finally_true(proved)
    assert (0, found.epoch, found.n) == (seen[-1].drift, seen[-1].epoch, seen[-1].proved_n)
    assert seen[-1].proved_ms > 0
