"""A streamer asks what diamonds come to: every step from gross to net, and whether they can be paid out now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from app.archive import payouts, tax_profiles
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rails.payouts.rail import PayoutRail
from app.rules import quotes
from app.rules.currencies import money
from app.rules.money import milli_of
from app.rules.payouts import Payout
from app.rules.quotes import Quote, quote, worth
from app.rules.rates import RateCard
from app.rules.tables import DAY_MS
from app.rules.tariff import Tariff
from app.rules.tax_profiles import TaxProfile, good
from app.store.diamonds import Diamonds


class QuoteRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/me/payouts/quote: diamonds as a decimal, like 2000 or 2000.5."""

    diamonds: Annotated[str, Meta(max_length=40)]


class Terms(NamedTuple):
    """By which payouts are made: the tables, the platform's own country, and the rails that there are."""

    tariff: Tariff
    country: str
    rails: Mapping[str, PayoutRail]


async def quote_payout(
    archive: Archive, terms: Terms, found: Diamonds, user: str, request: QuoteRequest, now_ms: int
) -> tuple[Quote, RateCard]:
    """The quote, and the rate card that it goes by.

    Args:
        archive: where tax profiles and payouts are kept.
        terms: the tables and rails.
        found: the user's diamonds now.
        user: whose diamonds they are.
        request: how many.
        now_ms: milliseconds since 1970.

    Raises:
        Refusal: `bad_request`, `tax_profile_needed`, `wallet_frozen`, `wallet_in_debt`, `insufficient_diamonds`,
            `below_minimum`, `above_maximum`; `unavailable` where no rail is set up.
    """
    try:
        milli = milli_of(request.diamonds)
    except ValueError as error:
        raise Refusal("bad_request", f"diamonds: {error}.", field="diamonds") from None
    if not terms.rails:
        raise Refusal("unavailable", "No way to pay out is set up here.")
    return await archive.read(_quoted, terms, found, user, milli, now_ms)


def checked(
    connection: Connection, terms: Terms, found: Diamonds, profile: TaxProfile, card: RateCard, milli: int, now_ms: int
) -> Quote:
    """What the diamonds come to on that card, where they can be paid out. Raises Refusal as `quote_payout` does."""
    if found.frozen:
        raise Refusal("wallet_frozen", "Nothing is paid out of a frozen wallet.")
    if found.owed:
        raise Refusal("wallet_in_debt", owed=found.owed)
    table = terms.tariff.tax_table(terms.country, now_ms)
    quoted = quote(card, table.withholding(profile.country, profile.form, profile.treaty), milli)
    asked = payouts.since(connection, profile.user, now_ms // DAY_MS * DAY_MS)
    today = money(sum(_gross_of(payout, card) for payout in asked), card.currency)
    quotes.check(quoted, card, found.available, today, now_ms)
    if quoted.net.minor <= 0:
        raise Refusal("below_minimum", "Nothing is left of it after fee and tax.", minimum=card.least)
    return quoted


def _quoted(
    connection: Connection, terms: Terms, found: Diamonds, user: str, milli: int, now_ms: int
) -> tuple[Quote, RateCard]:
    profile = good(tax_profiles.find(connection, user), now_ms)
    card = terms.tariff.rate_card(profile.country, now_ms)
    return checked(connection, terms, found, profile, card, milli, now_ms), card


def _gross_of(payout: Payout, card: RateCard) -> int:
    # A payout before a move to another country today was in another currency.
    return payout.gross if payout.currency == card.currency else worth(card, payout.milli).minor
