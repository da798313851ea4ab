"""Promotions with everything that they need: a shop, a bookkeeper for them, and a clock that tests move."""

from __future__ import annotations

from typing import Any

from app.actions.books.promotions import Promoter
from app.actions.viewer.promote_room import Promoted, PromotionRequest, Wish, promote_room
from app.archive import promotions
from app.rules.approvals import Approval
from app.rules.promotions import Promotion
from app.store.promotions import Promotions
from tests.actions.shop import Shop


class Desk:
    """Where tests promote."""

    def __init__(self, shop: Shop) -> None:
        self.shop, self.archive, self.world = shop, shop.archive, shop.world
        self.running = Promotions(self.world.rooms.standing)
        self.promoter = self.another()

    def another(self) -> Promoter:
        """One more bookkeeper."""
        return Promoter(self.archive, self.running, self.world.partitions, self.shop.delivery, self.shop.clock)

    async def promote(
        self, key: str = "k", user: str = "ann", room: str = "main", package: str = "full_house"
    ) -> Promoted:
        """Somebody promotes a room."""
        promoted = await self.ask(key, user, room, package)
        assert isinstance(promoted, Promoted)
        return promoted

    async def ask(
        self, key: str = "k", user: str = "ann", room: str = "main", package: str = "full_house"
    ) -> Promoted | Approval:
        """The same, where a guardian may have to agree first."""
        book = self.shop.tariff.promotion_book("US", self.shop.now_ms)
        wish = Wish(user, key, PromotionRequest(room=room, package=package))
        return await promote_room(self.archive, self.shop.delivery, self.world.partitions, book, wish, self.shop.now_ms)

    async def look(self, promotion: Any) -> Promotion:
        """The promotion as it is now."""
        found = await self.archive.read(promotions.find, promotion.id)
        assert found is not None
        return found

    async def counted(self, promotion: Promotion, impressions: int) -> None:
        """As many as that were counted of it."""
        key = self.world.keys.promotion(promotion.id)
        await self.world.store.call("HSET", key, "counted", impressions, "p0", impressions)
