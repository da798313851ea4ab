"""What the rules of fraud know of people: a few figures of each, however much they do, and of who gives to whom."""

from __future__ import annotations

from msgspec import Struct, field

from app.rules.fraud import FraudRules, Rule
from app.rules.tables import DAY_MS

KEPT_MAX = 20
"""So many chargebacks, and providers, are told apart of one person."""


class Window(Struct, array_like=True):
    """A sum over a sliding window: this span of time, and the one before it by what is left of it."""

    span: int = 0
    now: int = 0
    before: int = 0

    def add(self, amount: int, at_ms: int, within_ms: int) -> int:
        """Adds an amount; what came together within that time, up to now."""
        span = at_ms // within_ms
        if span != self.span:
            self.before = self.now if span == self.span + 1 else 0
            self.span, self.now = span, 0
        self.now += amount
        left_ms = within_ms - at_ms % within_ms
        return self.now + self.before * left_ms // within_ms


class FirstPaid(Struct, array_like=True):
    """When somebody first paid by a provider, and how many coins they had given before."""

    at_ms: int
    given: int


class Facts(Struct, array_like=True):
    """What is known of a person.

    Attributes:
        first_ms: when the first entry of theirs was written.
        given: coins, in all; `today` of them on the `day`, and `best` is the most of any day before.
        got: coins that they were given, `fresh` of them by accounts that were new, the first at `got_ms`.
        earned: milli-diamonds that these brought.
        looked: how much of `fresh` there was when its givers were last looked at.
        signs: by the rule's id, until when each counts.
        quiet_ms: until when the rules keep silent.
    """

    first_ms: int = 0
    purchases: int = 0
    paid: dict[str, FirstPaid] = field(default_factory=dict)
    undone: list[int] = field(default_factory=list)
    given: int = 0
    day: int = 0
    today: int = 0
    best: int = 0
    got: int = 0
    got_ms: int = 0
    earned: int = 0
    fresh: int = 0
    looked: int = 0
    windows: dict[str, Window] = field(default_factory=dict)
    signs: dict[str, int] = field(default_factory=dict)
    quiet_ms: int = 0

    def give(self, coins: int, at_ms: int) -> None:
        """Counts what they gave."""
        day = at_ms // DAY_MS
        if day != self.day:
            self.best, self.today, self.day = max(self.best, self.today), 0, day
        self.given += coins
        self.today += coins

    def within(self, rule: Rule, amount: int, at_ms: int) -> int:
        """Counts an amount in the rule's window; its sum."""
        window = self.windows.get(rule.id)
        if window is None:
            window = self.windows[rule.id] = Window()
        return window.add(amount, at_ms, rule.within_ms)

    def live(self, at_ms: int) -> list[str]:
        """The signs that count now."""
        return [sign for sign, until_ms in self.signs.items() if until_ms > at_ms]

    def score(self, rules: FraudRules, at_ms: int) -> int:
        """What the signs come to, with what speaks for the person."""
        signs = self.live(at_ms)
        if not signs:
            return 0
        score = sum(rule.weight for rule in rules.rules if rule.id in signs)
        for rule in rules.of("long_standing"):
            if at_ms - self.first_ms >= rule.age_ms and self.purchases >= rule.count and not self.undone:
                score += rule.weight
        return score

    def release(self, until_ms: int) -> None:
        """Nothing speaks against them any more, and the rules keep silent for a while."""
        self.signs.clear()
        self.quiet_ms = until_ms


class Pair(Struct):
    """What one person gave another, since they last were silent for long."""

    coins: int = 0
    first_ms: int = 0
    last_ms: int = 0

    def add(self, coins: int, at_ms: int, lasts_ms: int) -> int:
        """Counts a gift; what there was before it."""
        if at_ms - self.last_ms > lasts_ms:
            self.coins, self.first_ms = 0, at_ms
        before, self.last_ms = self.coins, at_ms
        self.coins += coins
        return before
