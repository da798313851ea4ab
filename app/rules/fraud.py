"""The rules of fraud, as a table: signs in the journal with their weights, windows and reasons. Versioned like prices.

The weights of a person's signs add up. From `note` on there is a case, from `hold` on diamonds stay pending, from
`freeze` on the person is frozen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Literal

from msgspec import Meta, Struct

from app.rules import tables
from app.rules.tables import DAY_S, Key, Mistake, Ppm, Sentence, Table, Version, twice

NAME = "fraud"
HOUR_S = 3600
SPAN_S_MAX = 366 * DAY_S
RING_MAX = 4

Signal = Literal[
    "gave",
    "bought",
    "new_account",
    "new_payment",
    "out_of_habit",
    "ring",
    "fed_by_new",
    "fed_by_one",
    "fed_by_suspects",
    "quick_payout",
    "declined",
    "charged_back",
    "long_standing",
]
NEEDS: Mapping[Signal, tuple[str, ...]] = {
    # So many coins given, or bought, within that time.
    "gave": ("within_s", "coins"),
    "bought": ("within_s", "coins"),
    # So many coins given within that time of the account's first entry, or of the first payment by a provider.
    "new_account": ("age_s", "coins"),
    "new_payment": ("age_s", "coins"),
    # So many coins within that time, that many times the most of any day before, to somebody new, by an account of
    # that age which has given before.
    "out_of_habit": ("within_s", "age_s", "coins", "count"),
    # A gives to B, who gives to A, over that many people at most: so many coins each, that part of what they give.
    "ring": ("within_s", "coins", "count", "ppm"),
    # So many accounts that began within that time of each other, and were new when they gave, give to this streamer
    # alone: so many coins each, and together that part of the streamer's.
    "fed_by_new": ("within_s", "age_s", "coins", "count", "ppm"),
    # A payout is asked for, and one gifter, or gifters whose own signs come to a hold, gave that part of the coins.
    "fed_by_one": ("coins", "ppm"),
    "fed_by_suspects": ("coins", "ppm"),
    # A payout of that part of all earnings, within that time of the first of them, after so many coins.
    "quick_payout": ("within_s", "coins", "ppm"),
    # So many payments declined, or charged back, within that time.
    "declined": ("within_s", "count"),
    "charged_back": ("within_s", "count"),
    # An account of that age has paid that often, and none was charged back. It speaks for the person.
    "long_standing": ("age_s", "count"),
}
"""Which figures each signal is made of."""
FIGURES = ("within_s", "age_s", "coins", "count", "ppm")

Span = Annotated[int, Meta(ge=0, le=SPAN_S_MAX)]


class Rule(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One rule. Its id is the reason's code; the reason is for people."""

    id: Key
    signal: Signal
    weight: Annotated[int, Meta(ge=-100, le=100)]
    reason: Sentence
    within_s: Span = 0
    age_s: Span = 0
    coins: Annotated[int, Meta(ge=0, le=10**12)] = 0
    count: Annotated[int, Meta(ge=0, le=10_000)] = 0
    ppm: Ppm = 0

    @property
    def within_ms(self) -> int:
        """Its window in milliseconds."""
        return 1000 * self.within_s

    @property
    def age_ms(self) -> int:
        """The age that it asks about, in milliseconds."""
        return 1000 * self.age_s


class FraudRules(Version, frozen=True, kw_only=True):
    """The rules that count in a country.

    Attributes:
        lasts_s: how long a sign counts, and how long people's ways are remembered.
        gathers_s: how far back a new case gathers gifts.
        quiet_s: how long the rules keep silent about somebody whose case was released.
        settles_s: so long after the journal's first entry nobody has begun together: all are there for the first time.
    """

    note: Annotated[int, Meta(ge=1, le=1000)]
    hold: Annotated[int, Meta(ge=1, le=1000)]
    freeze: Annotated[int, Meta(ge=1, le=1000)]
    lasts_s: Annotated[int, Meta(ge=HOUR_S, le=SPAN_S_MAX)]
    gathers_s: Annotated[int, Meta(ge=0, le=SPAN_S_MAX)]
    quiet_s: Span
    settles_s: Span = 0
    rules: Annotated[tuple[Rule, ...], Meta(max_length=100)]

    def of(self, signal: Signal) -> list[Rule]:
        """Those of one signal."""
        return [rule for rule in self.rules if rule.signal == signal]

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        if not self.note <= self.hold <= self.freeze:
            yield Mistake("hold", "note, hold and freeze are expected in rising order")
        for place, first in twice(rule.id for rule in self.rules):
            yield Mistake(f"rules[{place}].id", f"an id of its own is expected, that of rules[{first}] is the same")
        for place, rule in enumerate(self.rules):
            for field, what in _figures(rule):
                yield Mistake(f"rules[{place}] ({rule.id}).{field}", what)


def parse(text: bytes) -> Table[FraudRules]:
    """The rules of a file. Raises BadTable."""
    return tables.parse(text, NAME, FraudRules)


def _figures(rule: Rule) -> Iterator[tuple[str, str]]:
    for field in FIGURES:
        needed, given = field in NEEDS[rule.signal], getattr(rule, field)
        if needed and not given:
            yield field, f'"{rule.signal}" needs it, above zero'
        if given and not needed:
            yield field, f'"{rule.signal}" has no use for it'
    if rule.signal == "ring" and rule.count not in range(2, RING_MAX + 1):
        yield "count", f"a ring has 2 to {RING_MAX} people"
    if (rule.weight > 0) == (rule.signal == "long_standing"):
        yield "weight", "below zero is expected for what speaks for a person, above zero for all else"
