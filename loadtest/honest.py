"""Honest people who never existed: what each habit buys, gives and is paid, as a list of acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import NamedTuple

from msgspec import Struct

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
PACKAGES = (70, 350, 700, 1400, 3500, 7000, 17_500)
HOLD_DAYS = 8


class Ways(Struct, frozen=True, kw_only=True):
    """How a population differs from the usual one: sums of honest people and of others, and how fast the latter are."""

    honest: float = 1.0
    fraud: float = 1.0
    slow: float = 1.0


class Act(NamedTuple):
    """What happens: a `gift` to somebody, `purchase`, `declined`, `chargeback` of the last purchase, `payout`."""

    at_ms: int
    what: str
    who: str
    coins: int = 0
    whom: str = ""


class Play:
    """Where people act: time, chance, and the streamers who are there from the beginning.

    Attributes:
        acts: what happens, in no order.
        kinds: what each person is.
    """

    def __init__(self, seed: int, days: int, streamers: int, ways: Ways) -> None:
        self.chance = Random(seed)
        self.days = days
        self.ways = ways
        self.acts: list[Act] = []
        self.kinds: dict[str, str] = {}
        self.streamers = [f"s{i}" for i in range(streamers)]
        self._coins: dict[str, int] = {}

    def call(self, name: str, kind: str) -> str:
        """Somebody new; the name."""
        self.kinds[name] = kind
        self._coins[name] = 0
        return name

    def streamer(self) -> str:
        """Somebody's streamer: few are watched by many."""
        return self.streamers[int(len(self.streamers) * self.chance.random() ** 2)]

    def amount(self, median: float, spread: float = 0.6) -> int:
        """So many coins, more or less."""
        return max(1, round(median * self.chance.lognormvariate(0, spread)))

    def do(self, at_ms: float, what: str, who: str, coins: int = 0, whom: str = "") -> None:
        """Notes an act, where it happens before the end."""
        if at_ms < self.days * DAY_MS:
            self.acts.append(Act(int(at_ms), what, who, coins, whom))

    def buy(self, at_ms: float, who: str, coins: int) -> None:
        """Packages that come to so many coins at least."""
        while coins > 0:
            package = next((one for one in PACKAGES if one >= coins), PACKAGES[-1])
            self.do(at_ms, "purchase", who, package)
            self._coins[who] += package
            coins, at_ms = coins - package, at_ms + self.chance.uniform(0.5, 5) * MINUTE_MS

    def give(self, at_ms: float, who: str, whom: str, coins: int, gifts: int, within_ms: float) -> float:
        """So many coins in so many gifts within a time, after what is missing was bought; when that time is over."""
        if self._coins[who] < coins:
            self.buy(at_ms, who, coins - self._coins[who])
        # The purchases come first: each takes some minutes at most.
        at_ms += 20 * MINUTE_MS
        moments = sorted(self.chance.random() for _ in range(gifts))
        for i, moment in enumerate(moments):
            part = coins // gifts if i else coins - coins // gifts * (gifts - 1)
            if part and who != whom:
                self.do(at_ms + moment * within_ms, "gift", who, part, whom)
                self._coins[who] -= part
        return at_ms + within_ms

    def joined_ms(self, old: float = 0.6) -> float:
        """When somebody first came: mostly in the first days, else any day."""
        day = self.chance.uniform(0, 3) if self.chance.random() < old else self.chance.uniform(3, self.days)
        return day * DAY_MS


def _evenings(play: Play, who: str, every_days: float, coins: float, gifts: int, rooms: int) -> None:
    """Evenings with gifts in some rooms, every few days."""
    at_ms = play.joined_ms()
    play.buy(at_ms, who, 70)
    favourites = [play.streamer() for _ in range(rooms)]
    while at_ms < play.days * DAY_MS:
        at_ms += play.chance.expovariate(1 / every_days) * DAY_MS
        spent = play.amount(coins * play.ways.honest)
        play.give(at_ms, who, play.chance.choice(favourites), spent, play.chance.randint(1, gifts), 2 * HOUR_MS)


def watcher(play: Play, who: str) -> None:
    """Gives a little, once or twice."""
    at_ms = play.joined_ms()
    for _ in range(play.chance.randint(1, 2)):
        play.give(at_ms, who, play.streamer(), play.amount(25 * play.ways.honest), 2, HOUR_MS)
        at_ms += play.chance.uniform(1, 20) * DAY_MS


def small(play: Play, who: str) -> None:
    """Gives something in several rooms, every week or so; now and then a card is declined."""
    _evenings(play, who, 9, 120, 3, 4)
    for _ in range(play.chance.choice((0,) * 17 + (1, 2, 3))):
        play.do(play.chance.uniform(0, play.days) * DAY_MS, "declined", who, 350)


def fan(play: Play, who: str) -> None:
    """Gives to one streamer alone."""
    _evenings(play, who, 8, 250, 4, 1)


def regular(play: Play, who: str) -> None:
    """Gives often and in many rooms."""
    _evenings(play, who, 4, 500, 5, 8)


def whale(play: Play, who: str) -> None:
    """Gives very much, often in one room; sometimes far more than ever."""
    _evenings(play, who, 4, 6000, 8, 3)


def family(play: Play, who: str) -> None:
    """Two who came together and give to the same streamers."""
    at_ms, favourites = play.joined_ms(), [play.streamer(), play.streamer()]
    for name in (who, play.call(f"{who}b", "family")):
        for _ in range(play.chance.randint(2, 6)):
            when_ms = at_ms + play.chance.uniform(0, 25) * DAY_MS
            play.give(when_ms, name, play.chance.choice(favourites), play.amount(200 * play.ways.honest), 3, HOUR_MS)


def spree(play: Play, who: str) -> None:
    """Gives more on the first day than most ever do, and goes on with less."""
    at_ms = play.joined_ms(0.2)
    streamer = play.streamer()
    play.give(at_ms, who, streamer, play.amount(2500 * play.ways.honest), 5, 3 * HOUR_MS)
    for _ in range(play.chance.randint(0, 4)):
        at_ms += play.chance.uniform(2, 9) * DAY_MS
        play.give(at_ms, who, streamer, play.amount(300 * play.ways.honest), 2, HOUR_MS)


def birthday(play: Play, who: str) -> None:
    """Gives a little for weeks, and far more on one day, to somebody known."""
    at_ms, friend = play.joined_ms(0.9), play.streamer()
    for _ in range(4):
        play.give(at_ms, who, friend, play.amount(100 * play.ways.honest), 2, HOUR_MS)
        at_ms += play.chance.uniform(2, 6) * DAY_MS
    play.give(at_ms, who, friend, play.amount(3000 * play.ways.honest), 4, HOUR_MS)


def regretful(play: Play, who: str) -> None:
    """Has one payment charged back, as they did not know it on the bill."""
    small(play, who)
    play.do(play.chance.uniform(10, play.days) * DAY_MS, "chargeback", who)


def colleague(play: Play, who: str) -> None:
    """A streamer who is paid every two weeks, and gives a little to others who give back."""
    at_ms = play.joined_ms(0.9)
    play.streamers.append(who)
    friends = [play.streamer() for _ in range(3)]
    for day in range(14, play.days, 14):
        play.do(day * DAY_MS + play.chance.random() * DAY_MS, "payout", who)
        play.give(
            at_ms + day * DAY_MS, who, play.chance.choice(friends), play.amount(150 * play.ways.honest), 3, HOUR_MS
        )


HONEST: Mapping[str, tuple[float, Callable[[Play, str], None]]] = {
    "watcher": (0.45, watcher),
    "small": (0.285, small),
    "fan": (0.13, fan),
    "regular": (0.06, regular),
    "whale": (0.012, whale),
    "family": (0.01, family),
    "spree": (0.01, spree),
    "birthday": (0.015, birthday),
    "regretful": (0.003, regretful),
    "colleague": (0.025, colleague),
}
"""What part of honest people has each habit."""
