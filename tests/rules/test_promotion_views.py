from __future__ import annotations

import msgspec

from app.rules.promotion_views import PromotionReport, PromotionView, report, view
from app.rules.promotions import HOUR_MS, PARTS
from tests.rules.shapes import strictly
from tests.rules.test_promotions import ASKED, RUNNING


def test_before_it_runs() -> None:
    """What has not happened yet is null, and has no plot."""
    asked = strictly(msgspec.json.encode(report(ASKED, (0, 0, 0), {}, {})), PromotionReport)

    assert (None, None, None, [], 0) == (asked.started_ms, asked.ends_ms, asked.ended_ms, asked.points, asked.part_ms)


def test_what_happened_when() -> None:
    """Each part of its time says what was seen, followed and given in it; the parts begin one after the other."""
    found = report(RUNNING, (3, 2, 9), {0: 4, 59: 5}, {59: (3, 2, 9)})
    first, *_, last = found.points

    assert (4, 0, 0) == (first.impressions, first.visits, first.gifts)
    assert (5, 3, 2) == (last.impressions, last.visits, last.gifts)
    assert (RUNNING.started_ms, RUNNING.started_ms + HOUR_MS * (PARTS - 1) // PARTS) == (first.at_ms, last.at_ms)
    assert HOUR_MS // PARTS == found.part_ms
    assert (3, 2, 9) == (found.visits, found.gifts, found.gift_coins)
    assert ("running", "main", 1000) == tuple(
        getattr(strictly(msgspec.json.encode(view(RUNNING, (0, 0, 0))), PromotionView), name)
        for name in ("status", "room", "impressions")
    )
