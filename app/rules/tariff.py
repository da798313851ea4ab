"""All tables of money together: what is paid for coins and for diamonds, by country and moment."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.base.errors import Refusal
from app.rules.countries import ANY
from app.rules.fraud import FraudRules
from app.rules.policies import Policy
from app.rules.prices import PriceBook
from app.rules.promotion_packages import PromotionBook
from app.rules.rates import RateCard
from app.rules.tables import Table, V
from app.rules.taxes import TaxTable


class Tariff(NamedTuple):
    """The tables. Each knows its old versions too, by the ids that entries name."""

    prices: Table[PriceBook]
    rates: Table[RateCard]
    taxes: Table[TaxTable]
    policies: Table[Policy]
    promotions: Table[PromotionBook]
    fraud: Table[FraudRules]

    def price_book(self, country: str, now_ms: int) -> PriceBook:
        """What coins cost in that country. Raises Refusal `unknown_country`."""
        book = self.prices.at(country, now_ms)
        if book is None:
            raise Refusal("unknown_country", countries=self.prices.countries(now_ms))
        return book

    def rate_card(self, country: str, now_ms: int) -> RateCard:
        """What diamonds are worth to a streamer of that country."""
        return _found(self.rates.at(country, now_ms))

    def tax_table(self, payer: str, now_ms: int) -> TaxTable:
        """What a platform of that country withholds from payouts."""
        return _found(self.taxes.at(payer, now_ms))

    def policy(self, country: str, now_ms: int) -> Policy:
        """What viewers of that country may undo."""
        return _found(self.policies.at(country, now_ms))

    def promotion_book(self, country: str, now_ms: int) -> PromotionBook:
        """What promotions are sold for to people of that country."""
        return _found(self.promotions.at(country, now_ms))

    def fraud_rules(self, country: str, now_ms: int) -> FraudRules:
        """What counts as a sign of fraud on a platform of that country."""
        return _found(self.fraud.at(country, now_ms))

    def gaps(self, country: str, now_ms: int) -> Iterator[tuple[str, str]]:
        """Tables without which a platform of that country cannot run, and what is missing in them."""
        if self.prices.at(country, now_ms) is None:
            yield "prices", f"no version for the platform's own country {country} has begun"
        for name in ("rates", "taxes", "policies", "promotions", "fraud"):
            if getattr(self, name).own(ANY, now_ms) is None:
                yield name, f'no version for "{ANY}", all other countries, has begun'


def _found(version: V | None) -> V:
    assert version is not None, "gaps() found none at the start"
    return version
