"""Seven kinds of fraud by people who never existed, some of them careful: what they do, as a list of acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from loadtest.honest import DAY_MS, HOLD_DAYS, HOUR_MS, Play

# Of each kind so many are careful: they move less, and take their time.
CAREFUL, CAREFUL_COINS, CAREFUL_TIME = 0.07, 0.3, 4.0


class Crew:
    """One fraud: its people, and how much and how fast they move."""

    def __init__(self, play: Play, name: str, kind: str) -> None:
        self.play, self.name, self.kind = play, name, kind
        careful = play.chance.random() < CAREFUL
        self.coins = play.ways.fraud * (CAREFUL_COINS if careful else 1)
        self.time = play.ways.slow * (CAREFUL_TIME if careful else 1)
        self.people: list[str] = []

    def person(self) -> str:
        """One more of them."""
        self.people.append(self.play.call(f"{self.name}{len(self.people)}", self.kind))
        return self.people[-1]

    def day(self, first: float, last: float) -> float:
        """Some moment from one day to another; a negative day counts from the end."""
        days = self.play.days
        return self.play.chance.uniform(first % days, last % days) * DAY_MS


def stolen_card(crew: Crew) -> None:
    """A new account buys as much as a stolen card gives and gives it away at once; weeks later it is charged back."""
    play, who, at_ms = crew.play, crew.person(), crew.day(1, -2)
    coins = play.amount(15_000 * crew.coins, 0.5)
    whom = [play.streamer() for _ in range(play.chance.randint(1, 3))]
    for one in whom:
        at_ms = play.give(at_ms, who, one, coins // len(whom), play.chance.randint(2, 6), 0.7 * HOUR_MS * crew.time)
    if play.chance.random() < 0.7:
        for _ in range(play.chance.randint(1, 3)):
            play.do(at_ms + play.chance.uniform(5, 25) * DAY_MS, "chargeback", who)


def card_testing(crew: Crew) -> None:
    """Many cards are tried for small sums, most of them in vain."""
    play, who, at_ms = crew.play, crew.person(), crew.day(1, -2)
    play.do(at_ms, "purchase", who, 70)
    for _ in range(round(play.chance.randint(7, 25) * min(1, crew.coins + 0.3))):
        play.do(at_ms + play.chance.random() * 5 * HOUR_MS * crew.time, "declined", who, 70)


def wash_ring(crew: Crew) -> None:
    """Two to four give to each other in a circle, to look loved."""
    play, at_ms = crew.play, crew.day(1, -8)
    ring = [crew.person() for _ in range(play.chance.randint(2, 4))]
    for _ in range(play.chance.randint(3, 5)):
        for who, whom in zip(ring, ring[1:] + ring[:1], strict=True):
            coins = play.amount(1500 * crew.coins, 0.4)
            play.give(at_ms + play.chance.random() * DAY_MS * crew.time, who, whom, coins, 3, 2 * HOUR_MS)
        at_ms += DAY_MS * crew.time


def sock_puppets(crew: Crew) -> None:
    """A streamer's own accounts feed the streamer, who has it paid out."""
    play, at_ms, streamer = crew.play, crew.day(1, -16), crew.person()
    for _ in range(play.chance.randint(3, 10)):
        who = crew.person()
        born_ms = at_ms + play.chance.random() * 0.8 * DAY_MS * crew.time
        play.buy(born_ms, who, 70)
        for _ in range(play.chance.randint(1, 3)):
            when_ms = born_ms + play.chance.uniform(0, 2) * DAY_MS * crew.time
            play.give(when_ms, who, streamer, play.amount(1200 * crew.coins, 0.5), 3, HOUR_MS)
    play.do(at_ms + (4 + HOLD_DAYS) * DAY_MS, "payout", streamer)


def chargeback_abuse(crew: Crew) -> None:
    """Buys and gives for weeks as others do, and has it charged back again and again."""
    play, who, at_ms = crew.play, crew.person(), crew.day(0, 10)
    for _ in range(play.chance.randint(3, 6)):
        play.give(at_ms, who, play.streamer(), play.amount(700 * crew.coins), 3, 2 * HOUR_MS)
        at_ms += play.chance.uniform(1, 4) * DAY_MS
    for _ in range(play.chance.randint(2, 4) if crew.coins >= play.ways.fraud else 1):
        at_ms += play.chance.uniform(0.5, 3) * DAY_MS
        play.do(at_ms, "chargeback", who)


def takeover(crew: Crew) -> None:
    """Somebody gets hold of an honest account, buys with its card and gives all to a stranger."""
    play, who, at_ms = crew.play, crew.person(), crew.day(0, 5)
    favourite, stranger = play.streamer(), play.streamer()
    for _ in range(play.chance.randint(3, 6)):
        play.give(at_ms, who, favourite, play.amount(100 * play.ways.honest), 2, HOUR_MS)
        at_ms += play.chance.uniform(2, 5) * DAY_MS
    at_ms += play.chance.uniform(1, 10) * DAY_MS
    play.give(
        at_ms, who, stranger, play.amount(9000 * crew.coins, 0.5), play.chance.randint(2, 5), 0.4 * HOUR_MS * crew.time
    )


def mule(crew: Crew) -> None:
    """Accounts that slept for weeks feed one streamer at once, who has all of it paid out as soon as may be."""
    play, at_ms, streamer = crew.play, crew.day(12, -14), crew.person()
    for _ in range(play.chance.randint(1, 3)):
        who = crew.person()
        play.give(crew.day(0, 3), who, play.streamer(), play.amount(30), 1, HOUR_MS)
        when_ms = at_ms + play.chance.random() * 5 * HOUR_MS * crew.time
        play.give(when_ms, who, streamer, play.amount(9000 * crew.coins, 0.5), 4, 0.6 * HOUR_MS * crew.time)
    play.do(at_ms + (2 + HOLD_DAYS) * DAY_MS, "payout", streamer)


FRAUDULENT: Mapping[str, tuple[float, Callable[[Crew], None]]] = {
    "stolen_card": (0.20, stolen_card),
    "card_testing": (0.15, card_testing),
    "wash_ring": (0.15, wash_ring),
    "sock_puppets": (0.15, sock_puppets),
    "chargeback_abuse": (0.12, chargeback_abuse),
    "takeover": (0.13, takeover),
    "mule": (0.10, mule),
}
"""What part of fraudulent people is of each kind."""
