"""A crowd for a demo's room: simulated viewers who log in, gift, comment, leave and come back, over real connections.

`fanfare crowd --viewers 40`. One process, one connection a viewer; it works with demo mode alone, since
anyone may log in there. The crowd as a whole keeps the pace, so that a room is lively and never frantic.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import signal
import time
import uuid
from collections.abc import Coroutine
from pathlib import Path
from typing import Any

import msgspec
import uvloop

from app.base import config
from app.base.config import kept_secret
from app.commands import Subparsers, add_command
from app.rules.catalogue import Gift
from loadtest.crowd_words import AFTER_BIG_GIFT, COMMENTS, THANKS_TO_A_GUEST, TO_A_GUEST, new_name
from loadtest.frames import Memo
from loadtest.guest import Guest
from loadtest.http import Http

SENTENCE = "Fill a room of a running demo with simulated viewers."
VIEWERS_MAX = 500
GIFT_ACTS_A_SECOND, COMMENTS_A_SECOND = 0.33, 0.22  # of 20 viewers; an act is a streak of a few taps or one gift
BIG_EVERY_S = (25.0, 40.0)
FIRST_BIG_S = 9.0
BIG_COINS = 1000
STAYS_S, AWAY_S = 420.0, (4.0, 30.0)
LOW_COINS = 120
PURSE_FACTOR = 2
RETRY_S_MAX = 8.0
REACTIONS_MAX = 8
FAVOURITES = {"rose": 8.0, "heart": 6.0}


def gift_weight(gift: Gift) -> float:
    """How often a gift that does not fill the screen is sent: the dearer, the rarer; Roses and Hearts most."""
    return float(FAVOURITES.get(gift.id, 1.0) / gift.price_coins**0.4)


def taps(gift: Gift, chance: random.Random) -> int:
    """How often it is tapped in one go."""
    if not gift.streakable or gift.price_coins >= 100:
        return 1
    longest = 12 if gift.price_coins < 10 else 3
    return min(longest, 1 + int(chance.expovariate(1 / 2.4)))


class Crowd:
    """The viewers and their common pace."""

    def __init__(self, url: str, room: str, viewers: int, chance: random.Random, api_key: str = "") -> None:
        self._url = url
        self._api_key = api_key
        self._room = room
        self._viewers = viewers
        self._chance = chance
        self._memo = Memo()
        self._guests: set[Guest] = set()
        self._gifts: dict[str, Gift] = {}
        self._reactions = 0
        self._replied_at = 0.0
        self._tasks: asyncio.TaskGroup | None = None
        self._commented: list[str] = []

    async def run(self) -> None:
        """Runs until it is cancelled."""
        try:
            self._gifts = await self._catalogue()
            async with asyncio.TaskGroup() as tasks:
                self._tasks = tasks
                for number in range(self._viewers):
                    tasks.create_task(self._place(number))
                for loop in (self._small_gifts, self._big_gifts, self._comments, self._listening):
                    tasks.create_task(loop())
        finally:
            for guest in self._guests:
                guest.hang_up()

    # People come and go.

    async def _place(self, number: int) -> None:
        """One viewer's place in the room; whoever leaves it for good makes room for somebody new."""
        await asyncio.sleep(number * min(0.15, 10 / self._viewers))
        while True:
            guest = Guest(new_name(self._chance, {g.name for g in self._guests}), self._url, self._room, self._memo)
            self._guests.add(guest)
            try:
                comes_back = True
                while comes_back:
                    comes_back = await self._visit(guest)
                    await asyncio.sleep(self._chance.uniform(*AWAY_S))
            finally:
                guest.hang_up()
                self._guests.discard(guest)

    async def _visit(self, guest: Guest) -> bool:
        """Joins, stays for a while, leaves; whether this person will be back."""
        leaves_at = time.monotonic() + self._chance.expovariate(1 / STAYS_S) + 20
        delay_s = 0.5
        while time.monotonic() < leaves_at:
            if guest.here:
                delay_s = 0.5
                if guest.coins < LOW_COINS:
                    guest.hang_up()
                    return False
                await asyncio.sleep(self._chance.uniform(1, 2))
                continue
            http = Http(self._url)
            try:
                await guest.join(http)
            except OSError:
                # Full jitter: when a server comes back, its viewers do not come all at once.
                await asyncio.sleep(self._chance.uniform(0.2, delay_s))
                delay_s = min(RETRY_S_MAX, delay_s * 2)
            finally:
                http.close()
        guest.hang_up()
        return self._chance.random() < 0.6

    def _someone(self, *, gifting: bool = False, commenting: bool = False, coins: int = 0) -> Guest | None:
        now_s = time.monotonic()
        able = [
            g
            for g in self._guests
            if g.here
            and (not gifting or g.may_gift(now_s))
            and (not commenting or g.may_comment(now_s))
            and g.coins >= coins
        ]
        return self._chance.choice(able) if able else None

    # What they do.

    async def _small_gifts(self) -> None:
        gifts = [gift for gift in self._gifts.values() if gift.tier != "scene"]
        weights = [gift_weight(gift) for gift in gifts]
        pace = GIFT_ACTS_A_SECOND * (self._viewers / 20) ** 0.6
        while True:
            await asyncio.sleep(self._chance.expovariate(pace))
            (gift,) = self._chance.choices(gifts, weights)
            guest = self._someone(gifting=True, coins=gift.price_coins * 12 + LOW_COINS)
            if guest is not None:
                self._spawn(self._streak(guest, gift, taps(gift, self._chance)))

    async def _streak(self, guest: Guest, gift: Gift, times: int) -> None:
        for _ in range(times):
            if not guest.here:
                return
            guest.gift(gift.id, gift.price_coins, time.monotonic())
            await asyncio.sleep(self._chance.uniform(0.2, 0.5))

    async def _big_gifts(self) -> None:
        gifts = [gift for gift in self._gifts.values() if gift.tier == "scene"]
        weights = [gift.price_coins**-0.5 for gift in gifts]
        wait_s = FIRST_BIG_S
        while gifts:
            await asyncio.sleep(wait_s)
            wait_s = self._chance.uniform(*BIG_EVERY_S)
            (gift,) = self._chance.choices(gifts, weights)
            needed = gift.price_coins + LOW_COINS
            guest = self._someone(coins=needed) or self._someone()
            if guest is None:
                continue
            if guest.coins < needed:
                await self._fill_purse(guest, gift.price_coins * PURSE_FACTOR)
            if guest.coins < needed:
                cheaper = [g for g in gifts if g.price_coins <= guest.coins]
                if not cheaper:
                    continue
                gift = self._chance.choice(cheaper)
            guest.gift(gift.id, gift.price_coins, time.monotonic())

    async def _fill_purse(self, guest: Guest, coins: int) -> None:
        """A journaled grant with the platform's key; without it the crowd makes do with what a login gives."""
        if not self._api_key:
            return
        http = Http(self._url)
        try:
            grant = {"user": guest.user, "coins": coins, "reason": "pocket money of the demo's crowd"}
            answer = await http.ask("POST", "/v1/grants", bearer=self._api_key, body=grant, key=str(uuid.uuid4()))
            if answer.status == 200:
                guest.coins = answer.body["balance"]["coins"]
            elif answer.status == 401:
                self._api_key = ""
        except OSError:
            return
        finally:
            http.close()

    async def _comments(self) -> None:
        pace = COMMENTS_A_SECOND * (self._viewers / 20) ** 0.5
        while True:
            await asyncio.sleep(self._chance.expovariate(pace))
            if not self._commented:
                # Nothing is said again before everything was said.
                self._commented = self._chance.sample(COMMENTS, len(COMMENTS))
            self._say(self._commented.pop())

    def _say(self, text: str) -> None:
        guest = self._someone(commenting=True)
        if guest is not None:
            guest.comment(text, time.monotonic())

    # What they answer to.

    async def _listening(self) -> None:
        listener: Guest | None = None
        while True:
            if listener is None or not listener.here:
                if listener is not None:
                    listener.hears = None
                listener = self._someone()
                if listener is not None:
                    listener.hears = self._hear
            await asyncio.sleep(1)

    def _hear(self, event: dict[str, Any]) -> None:
        sender = event.get("sender") or {}
        name = sender.get("name")
        if not name or event["type"] not in ("gift_sent", "comment_posted"):
            return
        ours = any(guest.user == sender["id"] for guest in self._guests)
        if event["type"] == "gift_sent":
            gift = self._gifts.get(event["gift"])
            if gift is not None and event["coins"] >= BIG_COINS:
                for _ in range(self._chance.randint(2, 4)):
                    self._react(self._chance.choice(AFTER_BIG_GIFT), name, gift.name, (1.0, 5.5))
                self._applaud()
            elif gift is not None and not ours:
                self._reply(self._chance.choice(THANKS_TO_A_GUEST), name, gift.name)
        elif not ours:
            self._reply(self._chance.choice(TO_A_GUEST), name, "")

    def _reply(self, text: str, name: str, gift: str) -> None:
        now_s = time.monotonic()
        if now_s - self._replied_at > 3:
            self._replied_at = now_s
            self._react(text, name, gift, (1.2, 3.5))

    def _react(self, text: str, name: str, gift: str, within_s: tuple[float, float]) -> None:
        async def later() -> None:
            await asyncio.sleep(self._chance.uniform(*within_s))
            self._reactions -= 1
            self._say(text.format(name=name, gift=gift))

        if self._reactions < REACTIONS_MAX:
            self._reactions += 1
            self._spawn(later())

    def _applaud(self) -> None:
        gift = self._gifts.get("applause")
        for _ in range(self._chance.randint(1, 2) if gift else 0):
            guest = self._someone(gifting=True, coins=LOW_COINS + 12)
            if guest is not None and gift is not None:
                self._spawn(self._streak(guest, gift, self._chance.randint(2, 5)))

    def _spawn(self, act: Coroutine[Any, Any, None]) -> None:
        assert self._tasks is not None
        self._tasks.create_task(act)

    async def _catalogue(self) -> dict[str, Gift]:
        """What can be sent here, as soon as the server answers."""
        while True:
            http = Http(self._url)
            with contextlib.suppress(OSError):
                answer = await http.ask("GET", "/v1/gifts")
                if answer.status == 200:
                    gifts = msgspec.convert(answer.body["gifts"], list[Gift])
                    now_ms = time.time_ns() // 1_000_000
                    return {gift.id: gift for gift in gifts if gift.available(now_ms, None)}
            http.close()
            await asyncio.sleep(1)


async def _run(crowd: Crowd) -> None:
    running = asyncio.ensure_future(crowd.run())
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, running.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await running
    # The goodbyes leave with the loop's next turn.
    await asyncio.sleep(0.05)


def add_parser(sub: Subparsers) -> None:
    """Adds the command."""
    parser = add_command(sub, "crowd", "--viewers 40", SENTENCE)
    parser.add_argument("--url", default="http://127.0.0.1:8000", help="the server, in demo mode")
    parser.add_argument("--room", default="main", help="the room to fill")
    parser.add_argument("--viewers", type=int, default=20, metavar="N", help=f"at most {VIEWERS_MAX}")
    parser.add_argument("--data", type=Path, metavar="DIR", help="the demo's folder, whose key pays for dear gifts")
    parser.add_argument("--seed", type=int, help="makes the same people do the same things")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Runs until SIGTERM or Ctrl-C."""
    viewers = max(1, min(VIEWERS_MAX, args.viewers))
    settings = config.load(data=args.data)
    api_key = settings.api_key or kept_secret(settings.data, "api_key") or ""
    crowd = Crowd(args.url.rstrip("/"), args.room, viewers, random.Random(args.seed), api_key)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_run(crowd))
    return 0
