"""A streamer asks for a payout, whose diamonds are held, or cancels one that was not submitted yet."""

from __future__ import annotations

from typing import Annotated, NamedTuple

from msgspec import Meta, Struct

from app.actions.books.deliver import Delivery
from app.actions.streamer.quote_payout import Terms, checked
from app.archive import outbox, payouts, switches, tax_profiles
from app.archive.archive import Archive, Connection
from app.archive.payouts import Request
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rails.payouts.rail import Given
from app.rules.gifts import fingerprint
from app.rules.payouts import Payout, ask, cancel
from app.rules.payouts import Wish as Wanted
from app.rules.promises import Promise, unseal
from app.rules.tables import DAY_MS
from app.rules.tax_profiles import good
from app.rules.texts import one_line
from app.store.diamonds import Diamonds

# Those that were cancelled or rejected count as well: each leaves entries in the books for ever.
ASKED_A_DAY_MAX = 50

Text = Annotated[str, Meta(max_length=200)]


class PayoutRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/me/payouts. `destination` is a line, or its fields by name, as the rail wants it."""

    quote: Annotated[str, Meta(min_length=1, max_length=2000)]
    rail: Annotated[str, Meta(max_length=32)]
    destination: Text | Annotated[dict[Text, Text], Meta(max_length=10)]


class Wish(NamedTuple):
    """Who asks for what, under which key. `approve_from`: from so many minor units on a second person approves."""

    user: str
    key: str
    request: PayoutRequest
    secret: str
    approve_from: int


class Asked(NamedTuple):
    """A payout, and whether this key had made it before."""

    payout: Payout
    replayed: bool


async def ask_payout(
    archive: Archive, delivery: Delivery, terms: Terms, found: Diamonds, wish: Wish, now_ms: int
) -> Asked:
    """The payout, once for each key of the user's.

    Raises:
        Refusal: `id_reused`, `switched_off`, `quote_expired`, `rate_limited`, `bad_request` for rail and destination,
            and as `quote_payout` does; nothing moved.
    """
    request = wish.request
    wanted = Request(f"{wish.user}:{wish.key}", fingerprint(request.quote, request.rail, request.destination))
    known = await archive.read(_known, wanted)
    asked = known or await _ask(archive, terms, found, wish, wanted, now_ms)
    if not asked.payout.held_n and asked.payout.status == "requested":
        await delivery.deliver_now()
    payout = await archive.read(payouts.find, asked.payout.id)
    assert payout is not None, "payouts are never removed"
    if payout.status == "failed" and not payout.held_n:
        raise Refusal("insufficient_diamonds", payout.history[-1].why)
    return Asked(payout, asked.replayed)


async def cancel_payout(archive: Archive, delivery: Delivery, user: str, payout_id: str, now_ms: int) -> Payout:
    """Takes a payout back that its rail was not asked for yet; the payout afterwards.

    Raises:
        Refusal: `unknown_payout`, `too_late`, or `unavailable`: try again in a moment.
    """
    payout = await archive.write(_cancel, user, payout_id, now_ms)
    await delivery.deliver_now()
    return payout


async def _ask(archive: Archive, terms: Terms, found: Diamonds, wish: Wish, wanted: Request, now_ms: int) -> Asked:
    promised = unseal(wish.secret, wish.request.quote, wish.user, now_ms)
    rail = terms.rails.get(wish.request.rail)
    if rail is None:
        raise Refusal("bad_request", f"rail is one of {', '.join(terms.rails)}.", field="rail")
    try:
        currency = terms.tariff.rates.by_id(promised.card).currency
    except KeyError:
        raise Refusal("quote_expired") from None
    destination = rail.destination(_plain(wish.request.destination), currency)
    new = Wanted(
        id=f"po-{uuid7(now_ms).replace('-', '')}",
        user=wish.user,
        quote=promised.id,
        rail=rail.name,
        destination=destination.fields,
        masked=destination.masked,
    )
    return await archive.write(_once, terms, found, promised, new, wanted, wish.approve_from, now_ms)


def _once(
    connection: Connection,
    terms: Terms,
    found: Diamonds,
    promised: Promise,
    new: Wanted,
    wanted: Request,
    approve_from: int,
    now_ms: int,
) -> Asked:
    # The lock lets only one request of a user's through at a time, so that the day's maximum holds for all together.
    profile = good(tax_profiles.find(connection, new.user, lock=True), now_ms)
    if known := _known(connection, wanted):
        return known
    switches.check_on(connection, "payouts")
    if payouts.is_used(connection, promised.id):
        raise Refusal("quote_expired", "This quote was used; ask for a new one.")
    today_ms = now_ms // DAY_MS * DAY_MS
    if payouts.count_since(connection, new.user, today_ms) >= ASKED_A_DAY_MAX:
        raise Refusal("rate_limited", "Too many payouts were asked for today.", retry_ms=today_ms + DAY_MS - now_ms)
    card = terms.tariff.rates.by_id(promised.card)
    quoted = checked(connection, terms, found, profile, card, promised.milli, now_ms)
    if not promised.is_that(quoted):
        raise Refusal("quote_expired", "Rates or your tax profile have changed meanwhile; ask for a new quote.")
    decision = ask(new, quoted, profile, approve_from, now_ms)
    assert payouts.insert(connection, decision.payout, wanted), "the user's profile is locked"
    outbox.put(connection, decision.entries, now_ms)
    return Asked(decision.payout, False)


def _plain(given: Given) -> Given:
    """A destination without invisible characters."""
    if isinstance(given, str):
        return one_line(given)
    return {name: one_line(value) for name, value in given.items()}


def _known(connection: Connection, wanted: Request) -> Asked | None:
    found = payouts.find_by_request(connection, wanted.key)
    if found is None:
        return None
    payout, request = found
    if request.mark != wanted.mark:
        raise Refusal("id_reused")
    return Asked(payout, True)


def _cancel(connection: Connection, user: str, payout_id: str, now_ms: int) -> Payout:
    payout = payouts.find(connection, payout_id, lock=True)
    if payout is None or payout.user != user:
        raise Refusal("unknown_payout")
    decision = cancel(payout, now_ms)
    payouts.save(connection, decision.payout)
    outbox.put(connection, decision.entries, now_ms)
    return decision.payout
