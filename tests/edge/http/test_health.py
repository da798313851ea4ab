"""HTTP for what watches over the server."""

from __future__ import annotations

from app.rules.messages import (
    Health,
)
from tests.edge.product import Product
from tests.edge.reading import read

SETTINGS = {"gift_rate": 0}


async def test_health(product: Product) -> None:
    """It lives, and it is ready."""
    assert Health("ok") == await read(product, "/livez", Health)
    assert Health("ok") == await read(product, "/readyz", Health)
