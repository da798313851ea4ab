"""What a show has besides gifts, while they pour: thanks, goals that are reached, rules by which gifts are shown."""

from __future__ import annotations

import asyncio
import itertools
import time
from typing import Any

from app.base.errors import FanfareError
from app.rules.tokens import sign
from loadtest.http import Http
from loadtest.target import Target

TOKEN_S = 6 * 3600
# The goal whose progress is the sum of all coins, and one that a few gifts reach.
NEVER_REACHED, SOON_REACHED = 10**12, 300
# What a gift costs at least for its words to be read out; see FANFARE_SHOUT_FROM.
SHOUT_FROM = 99
STEP_S = 1.0
# Each template has its time: gifts as they are, all of them as ribbons, banners from some coins on, short scenes.
RULES: tuple[list[dict[str, Any]], ...] = (
    [],
    [{"from_coins": 1, "template": "ribbon", "seconds": 1}],
    [{"from_coins": 1, "template": "ribbon"}, {"from_coins": 50, "template": "banner", "seconds": 2}],
    [{"from_coins": 100, "template": "scene", "seconds": 2}],
)


class Show:
    """One room's, by its streamer."""

    def __init__(self, target: Target, room: str) -> None:
        self.target = target
        self.room = room
        exp = int(time.time()) + TOKEN_S
        self._token = sign(target.secret, sub=f"{room}-host", name="Host", role="streamer", exp=exp)

    async def set_goal(self, coins: int) -> None:
        """The room has another goal."""
        await self._do("PUT", "goal", {"title": "All coins", "target": coins})

    async def go_on(self, users: list[str], seconds: float) -> None:
        """Each second somebody is thanked, goals are reached, rules change."""
        began_s, rules = time.monotonic(), itertools.cycle(RULES)
        for step, user in enumerate(itertools.cycle(users)):
            if time.monotonic() - began_s >= seconds:
                break
            await self._do("POST", "thanks", {"user": user, "text": "You are wonderful!"})
            if step % 3 == 0:
                await self.set_goal(SOON_REACHED)
            if step % 5 == 0:
                await self._do("PUT", "overlay", {"rules": next(rules)})
            await asyncio.sleep(STEP_S)

    async def _do(self, method: str, what: str, body: dict[str, Any]) -> None:
        http = Http(self.target.url)
        answer = await http.ask(method, f"/v1/rooms/{self.room}/{what}", bearer=self._token, body=body)
        await http.aclose()
        if answer.status >= 400:
            raise FanfareError(f"{method} {what} was refused: {answer}")
