"""HTTP for promotions, at the running product."""

from __future__ import annotations

from app.rules.promotion_packages import PromotionPackages
from tests.edge.product import Product
from tests.edge.reading import read


async def test_what_is_sold(product: Product) -> None:
    """Anyone sees what promotions are sold for, and which version of the prices says so."""
    found: PromotionPackages = await read(product, "/v1/promotions/packages", PromotionPackages)

    assert "any-2026-1" == found.book
    assert ("full_house", 500, 1000, 1) in [(p.id, p.coins, p.impressions, p.hours) for p in found.packages]
