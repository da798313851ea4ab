"""HTTP for promotions: coins buy a room impressions in the lobby."""

from __future__ import annotations

from starlette.requests import Request

from app.edge.billing import billing_of
from app.edge.http.packages import country_of
from app.edge.http.problems import Json
from app.rules.promotion_packages import PromotionPackages


async def promotion_packages(request: Request) -> Json:
    """What promotions are sold for in a country: the query's, else the token's, else the platform's own."""
    billing = billing_of(request)
    book = billing.tariff.promotion_book(country_of(request, request.app.state.hub), billing.clock())
    return Json(PromotionPackages(book=book.id, packages=book.packages))
