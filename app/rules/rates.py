"""Rate cards by country: what a coin earns, what a diamond is worth, what a payout costs and its bounds."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from app.rules import tables
from app.rules.currencies import EXPONENTS, Money, minor_units, money
from app.rules.tables import DAY_S, Mistake, Ppm, Table, Version

NAME = "rates"
# Fee and withholding of at most one half each: what is left for the streamer is never below zero.
HALF_PPM = 500_000

HalfPpm = Annotated[int, Meta(ge=0, le=HALF_PPM)]


class RateCardView(Struct, frozen=True, kw_only=True):
    """A rate card as people see it."""

    id: str
    award_ppm: int
    diamond_value_micros: int
    currency: str
    service_fee_ppm: int
    minimum: Money
    maximum_per_day: Money
    hold_s: int


class RateCard(Version, frozen=True, kw_only=True):
    """The rates of a country from a moment on.

    Attributes:
        award_ppm: diamonds for a coin, in parts per million.
        diamond_value_micros: what a diamond is worth, in millionths of the currency's unit.
        service_fee_ppm: the platform's part of a payout.
        minimum: the least that is paid out at once, before fee and tax, like `10.00`.
        maximum_per_day: the most that is paid out on one day (UTC), before fee and tax.
        hold_days: how long diamonds are pending before they can be paid out.
    """

    currency: str
    award_ppm: Ppm
    diamond_value_micros: Annotated[int, Meta(ge=1, le=1_000_000_000_000)]
    service_fee_ppm: HalfPpm
    minimum: str
    maximum_per_day: str
    hold_days: Annotated[int, Meta(ge=0, le=365)]

    @property
    def least(self) -> Money:
        """`minimum` as money."""
        return money(minor_units(self.minimum, self.currency), self.currency)

    @property
    def most_per_day(self) -> Money:
        """`maximum_per_day` as money."""
        return money(minor_units(self.maximum_per_day, self.currency), self.currency)

    def view(self, hold_s: int | None = None, award_ppm: int | None = None) -> RateCardView:
        """The card as people see it; `hold_s` and `award_ppm` in place of its own where a setting says so."""
        return RateCardView(
            id=self.id,
            award_ppm=self.award_ppm if award_ppm is None else award_ppm,
            diamond_value_micros=self.diamond_value_micros,
            currency=self.currency,
            service_fee_ppm=self.service_fee_ppm,
            minimum=self.least,
            maximum_per_day=self.most_per_day,
            hold_s=self.hold_days * DAY_S if hold_s is None else hold_s,
        )

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        if self.currency not in EXPONENTS:
            yield Mistake("currency", f'a currency of ISO 4217 is expected, it is "{self.currency}"')
            return
        amounts = {}
        for name in ("minimum", "maximum_per_day"):
            try:
                amounts[name] = minor_units(getattr(self, name), self.currency)
            except ValueError as error:
                yield Mistake(name, str(error))
        if len(amounts) == 2 and not 1 <= amounts["minimum"] <= amounts["maximum_per_day"]:
            yield Mistake("minimum", "an amount above zero and not above maximum_per_day is expected")


def parse(text: bytes) -> Table[RateCard]:
    """The rate cards of a file. Raises BadTable."""
    return tables.parse(text, NAME, RateCard)
