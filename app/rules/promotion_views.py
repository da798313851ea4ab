"""Promotions as their buyers see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from app.rules.promotions import PARTS, Promotion, Status


class PromotionView(Struct, frozen=True, kw_only=True):
    """A promotion and what came of it. `gifts` followed within the hour on a visit, and cost `gift_coins`."""

    id: str
    room: str
    package: str
    coins: int
    impressions: int
    hours: int
    status: Status
    why: str
    created_ms: int
    started_ms: int | None
    ends_ms: int | None
    ended_ms: int | None
    delivered: int
    visits: int
    gifts: int
    gift_coins: int
    returned: int


class PromotionPoint(Struct, frozen=True):
    """What happened in one part of its time, which begins then; gifts stand where the visit was that they followed."""

    at_ms: int
    impressions: int
    visits: int
    gifts: int


class PromotionReport(PromotionView, frozen=True, kw_only=True):
    """The same, with what happened when; each point is for `part_ms`. None before it runs."""

    part_ms: int
    points: list[PromotionPoint]


class PromotionList(Struct, frozen=True):
    """A page of somebody's promotions, the newest first."""

    promotions: list[PromotionView]
    cursor: str | None


def view(promotion: Promotion, followed: Sequence[int]) -> PromotionView:
    """A promotion; `followed`: visits, gifts, and their coins."""
    return PromotionView(**_fields(promotion, followed))  # type: ignore[arg-type]


def report(
    promotion: Promotion,
    followed: Sequence[int],
    impressions: Mapping[int, int],
    followed_by_part: Mapping[int, Sequence[int]],
) -> PromotionReport:
    """A promotion with its plot: what happened by the part of its time."""
    long_ms = promotion.ends_ms - promotion.started_ms
    points = []
    for part in range(PARTS if long_ms else 0):
        visits, gifts, _ = followed_by_part.get(part, (0, 0, 0))
        at_ms = promotion.started_ms + part * long_ms // PARTS
        points.append(PromotionPoint(at_ms, impressions.get(part, 0), visits, gifts))
    fields = _fields(promotion, followed)
    return PromotionReport(**fields, part_ms=long_ms // PARTS, points=points)  # type: ignore[arg-type]


def _fields(promotion: Promotion, followed: Sequence[int]) -> dict[str, object]:
    visits, gifts, gift_coins = followed
    return {
        "id": promotion.id,
        "room": promotion.room,
        "package": promotion.package,
        "coins": promotion.coins,
        "impressions": promotion.impressions,
        "hours": promotion.hours,
        "status": promotion.status,
        "why": promotion.why.partition(" ")[0],
        "created_ms": promotion.created_ms,
        "started_ms": promotion.started_ms or None,
        "ends_ms": promotion.ends_ms or None,
        "ended_ms": promotion.ended_ms or None,
        "delivered": promotion.delivered,
        "visits": visits,
        "gifts": gifts,
        "gift_coins": gift_coins,
        "returned": promotion.returned,
    }
