"""Limits against a model: gifts, promotions and changes of limits at any time of any zone."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.spending import WINDOWS, Guard, Limits
from app.rules.zones import local_day
from tests.store.moving import promotion, promotion_returned
from tests.store.test_spending import bound, gives, later
from tests.world import World, world_at

ZONES = ["UTC", "Europe/Berlin", "America/St_Johns", "Pacific/Auckland"]
COINS = st.integers(1, 12)
LIMIT = st.none() | st.integers(0, 40)
LIMITS = st.builds(Limits, gift=LIMIT, day=LIMIT, week=LIMIT, month=LIMIT)
STEPS = st.one_of(
    st.tuples(st.just("gift"), COINS),
    st.tuples(st.just("gift"), COINS),
    st.tuples(st.just("promotion"), COINS),
    st.tuples(st.just("sleep"), st.integers(1, 60 * 40)),
    st.tuples(st.just("own"), LIMITS),
    st.tuples(st.just("guard"), LIMITS),
)


class Model:
    """What a person has spent, by the windows of their calendar."""

    def __init__(self, tz: str) -> None:
        self.tz = tz
        self.own = self.guard = Limits()
        self.spent: Counter[tuple[str, object]] = Counter()

    def windows(self, now_ms: int) -> dict[str, tuple[str, object]]:
        """The windows that run."""
        today = local_day(self.tz, now_ms)
        monday = today - timedelta(days=today.weekday())
        return {"day": ("day", today), "week": ("week", monday), "month": ("month", (today.year, today.month))}

    def takes(self, coins: int, now_ms: int) -> bool:
        """Whether so many may be spent now; then they are."""
        running = self.windows(now_ms)
        for limits in (self.own, self.guard):
            most = {name: getattr(limits, name) for name in ("gift", *WINDOWS)}
            if most["gift"] is not None and coins > most["gift"]:
                return False
            if any(most[name] is not None and self.spent[key] + coins > most[name] for name, key in running.items()):
                return False
        self.spent.update(dict.fromkeys(running.values(), coins))
        return True


@given(tz=st.sampled_from(ZONES), day=st.integers(0, 400), steps=st.lists(STEPS, max_size=25))
@settings(max_examples=25, derandomize=True, suppress_health_check=list(HealthCheck), deadline=None)
def test_limits_are_those_of_the_calendar(
    store_url: str, tz: str, day: int, steps: list[tuple[str, int | Limits]]
) -> None:
    """Whatever is done in whatever order, at any time of the year: what is taken is what the calendar's sums allow."""
    begin = datetime(2027, 1, 1, 12, tzinfo=ZoneInfo(tz)) + timedelta(days=day)

    async def live() -> None:
        async with world_at(f"{store_url}?db=1") as world:
            await later(world, int(begin.timestamp() * 1000) - world.now_ms())
            await world.grant("ann", 100_000)
            model = Model(tz)
            await bound(world, tz=tz)
            for what, value in steps:
                await _step(world, model, what, value)
            # Each coin that went lies in one month.
            spent = sum(coins for (window, _), coins in model.spent.items() if window == "month")
            assert 100_000 - spent == await world.coins("ann")

    asyncio.run(live())


async def _step(world: World, model: Model, what: str, value: int | Limits) -> None:
    if isinstance(value, Limits):
        setattr(model, what, value)
        guard = Guard(gift=model.guard.gift, day=model.guard.day, week=model.guard.week, month=model.guard.month)
        await bound(world, own=model.own, guard=guard)
    elif what == "sleep":
        await later(world, value * 60_000)
    else:
        now_ms = world.now_ms()
        allowed = model.takes(value, now_ms)
        assert allowed == await (_gives if what == "gift" else _promotes)(world, value)


async def _gives(world: World, coins: int) -> bool:
    return await gives(world, coins) == ""


async def _promotes(world: World, coins: int) -> bool:
    try:
        await world.moves.post_one(promotion("ann", coins))
    except Refusal:
        return False
    await world.moves.post_one(promotion_returned("ann", 0))
    return True
