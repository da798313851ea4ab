"""HTTP for promotions: coins buy a room impressions in the lobby, and their buyer sees what came of them."""

from __future__ import annotations

from starlette.requests import Request

from app.actions.viewer.promote_room import PromotionRequest, Wish, promote_room
from app.archive import promotion_visits, promotions
from app.archive.archive import Connection
from app.archive.spending import bounds_of
from app.base.errors import Refusal
from app.edge.billing import billing_of, guardian_asked
from app.edge.http import auth, paging
from app.edge.http.packages import country_of
from app.edge.http.problems import Json
from app.edge.http.purchases import BUYERS
from app.rules.approvals import Approval
from app.rules.minors import check_minor
from app.rules.people_marks import BROWSER, mark_of_browser
from app.rules.promotion_packages import PromotionPackages
from app.rules.promotion_views import PromotionList, PromotionReport, PromotionView, report, view
from app.rules.promotions import Promotion
from app.rules.tokens import Person

NOBODY_FOLLOWED = (0, 0, 0)


async def promotion_packages(request: Request) -> Json:
    """What promotions are sold for in a country: the query's, else the token's, else the platform's own."""
    billing = billing_of(request)
    book = billing.tariff.promotion_book(country_of(request, request.app.state.hub), billing.clock())
    return Json(PromotionPackages(book=book.id, packages=book.packages))


async def create_promotion(request: Request) -> Json:
    """Promotes a live room or video: the coins are spent now, and what is not delivered in time goes back."""
    who, billing = auth.person(request), billing_of(request)
    key = auth.idempotency_key(request)
    body: PromotionRequest = await auth.body(request, PromotionRequest)
    _check_buyer(who, body.room)
    now_ms = billing.clock()
    book = billing.tariff.promotion_book(who.country or billing.settings.country, now_ms)
    wish = Wish(who.sub, key, body, mark_of_browser(browser) if (browser := request.headers.get(BROWSER)) else "")
    partitions = billing.partitions
    if who.minor:
        check_minor(billing.settings.minors, await billing.archive.read(bounds_of, who.sub))
    try:
        promoted = await promote_room(billing.archive, billing.delivery, partitions, book, wish, now_ms)
    except Refusal as refusal:
        if refusal.slug == "insufficient_coins":
            (wallet,) = await partitions.of(who.sub).wallets([who.sub])
            refusal.details["coins"] = wallet.coins
        raise
    if isinstance(promoted, Approval):
        raise await guardian_asked(request, promoted, now_ms)
    return Json(
        await billing.archive.read(_view, promoted.promotion), status_code=201, headers=auth.replayed(promoted.replayed)
    )


async def my_promotions(request: Request) -> Json:
    """The caller's promotions, the newest first."""
    who, billing = auth.person(request), billing_of(request)
    limit = paging.limit(request)
    return Json(await billing.archive.read(_page, who.sub, paging.pair(request), limit))


async def my_promotion(request: Request) -> Json:
    """One of the caller's promotions: impressions, visits and the gifts that followed, by time."""
    who, billing = auth.person(request), billing_of(request)
    found = await billing.archive.read(_report, request.path_params["id"], who.sub)
    if found is None:
        raise Refusal("unknown_promotion")
    return Json(found)


def _check_buyer(who: Person, room: str) -> None:
    if who.role not in BUYERS:
        raise Refusal("forbidden", "Viewers promote rooms; this role does not.")
    if who.room is not None and who.room != room:
        raise Refusal("forbidden", "This token is good for one room alone.")


def _view(connection: Connection, promotion: Promotion) -> PromotionView:
    followed = promotion_visits.followed(connection, [promotion.id])
    return view(promotion, followed.get(promotion.id, NOBODY_FOLLOWED))


def _page(connection: Connection, user: str, before: tuple[int, str] | None, limit: int) -> PromotionList:
    found = promotions.page(connection, user, before, limit + 1)
    last = found[limit - 1] if len(found) > limit else None
    cursor = None if last is None else f"{last.created_ms}.{last.id}"
    followed = promotion_visits.followed(connection, [one.id for one in found])
    return PromotionList([view(one, followed.get(one.id, NOBODY_FOLLOWED)) for one in found[:limit]], cursor)


def _report(connection: Connection, promotion_id: str, user: str) -> PromotionReport | None:
    found = promotions.find(connection, promotion_id)
    if found is None or found.user != user:
        return None
    followed = promotion_visits.followed(connection, [found.id]).get(found.id, NOBODY_FOLLOWED)
    parts = promotions.parts_of(connection, found.id)
    return report(found, followed, parts, promotion_visits.followed_by_part(connection, found))
