"""The scenarios: what each one asks of a server, as data."""

from __future__ import annotations

import math

from msgspec import Struct

from loadtest.plan import Step

MIX = [
    ("rose", 60.0),
    ("heart", 20.0),
    ("doughnut", 8.0),
    ("sunflower", 5.0),
    ("birthday_cake", 3.0),
    ("crown", 2.0),
    ("firework", 1.0),
    ("galaxy", 0.5),
]
ROSES = [("rose", 1.0)]
RAMP_STEPS = 8
RAMP_FROM = 16.0


class Options(Struct, kw_only=True):
    """What a run is made with; scenario and seed make it again."""

    scenario: str
    viewers: int
    senders: int
    rate: float
    duration_s: int
    rooms: int = 1
    slow: int = 0
    workers: int = 1
    processes: int = 1
    connects_a_second: float = 500.0
    seed: int = 1


class Scenario(Struct, frozen=True, kw_only=True):
    """A scenario: its sentence, an example, and what an option is when it is not given."""

    sentence: str
    example: str
    viewers: int
    senders: int
    rate: float
    duration_s: int
    rooms: int = 1
    slow: int = 0
    ramps: bool = False
    drops: bool = False
    kills: bool = False
    roses_only: bool = False


SCENARIOS = {
    "steady": Scenario(
        sentence="A room as it usually is: a steady rate of gifts.",
        example="--viewers 200 --rate 100 --duration 15 --threshold 'p99_seen_ms<=60'",
        viewers=200,
        senders=20,
        rate=100,
        duration_s=15,
    ),
    "ramp": Scenario(
        sentence="Ever more gifts, step by step, until the server no longer keeps up: where the knee is.",
        example="--viewers 100 --rate 20000 --duration 40",
        viewers=100,
        senders=50,
        rate=20_000,
        duration_s=40,
        ramps=True,
    ),
    "storm": Scenario(
        sentence="One big room and very many gifts, as at the end of a battle.",
        example="--viewers 500 --rate 1000 --duration 10 --baseline",
        viewers=500,
        senders=50,
        rate=1000,
        duration_s=10,
    ),
    "rooms": Scenario(
        sentence="Many rooms, each with a few viewers and gifts.",
        example="--rooms 100 --viewers 500 --rate 500 --workers 2",
        viewers=500,
        senders=100,
        rate=500,
        duration_s=10,
        rooms=100,
    ),
    "mash": Scenario(
        sentence="A few senders hammer on one gift: long streaks.",
        example="--senders 5 --rate 500 --duration 10",
        viewers=100,
        senders=5,
        rate=500,
        duration_s=10,
        roses_only=True,
    ),
    "reconnect": Scenario(
        sentence="A herd: all viewers lose their connections at once and are back within two seconds.",
        example="--viewers 1000 --rate 100 --threshold 'p99_rejoin_ms<=1000'",
        viewers=500,
        senders=20,
        rate=100,
        duration_s=12,
        drops=True,
    ),
    "slow": Scenario(
        sentence="Some viewers do not read; the others must not notice.",
        example="--viewers 200 --slow 20 --rate 500",
        viewers=200,
        senders=20,
        rate=500,
        duration_s=15,
        slow=20,
    ),
    "restart": Scenario(
        sentence="The store, then a worker, is killed with kill -9 while gifts are sent: nothing may get lost.",
        example="--viewers 100 --rate 200 --workers 2 --threshold 'lost<=0'",
        viewers=100,
        senders=20,
        rate=200,
        duration_s=15,
        kills=True,
    ),
}


def steps_of(options: Options) -> list[Step]:
    """The rates of a run: one, or for a ramp ever higher ones up to `rate`."""
    if not SCENARIOS[options.scenario].ramps:
        return [Step(options.rate, options.duration_s)]
    count = max(1, min(RAMP_STEPS, options.duration_s // 3))
    lasts_s = options.duration_s // count
    factor = RAMP_FROM ** (1 / max(1, count - 1))
    return [Step(_rounded(options.rate / factor ** (count - 1 - i)), lasts_s) for i in range(count)]


def gifts_of(options: Options) -> list[tuple[str, float]]:
    """The gifts of a run and how often each is sent."""
    return ROSES if SCENARIOS[options.scenario].roses_only else MIX


def rooms_of(options: Options, tag: str) -> list[str]:
    """The rooms of a run; nobody else's."""
    return [f"load-{tag}-{i}" for i in range(options.rooms)]


def _rounded(rate: float) -> float:
    """Two significant digits: rates that people can say."""
    digits = 1 - math.floor(math.log10(rate))
    return round(rate, digits)
