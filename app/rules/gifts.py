"""One gift, priced: what the store needs to apply it, and what is said of it afterwards.

JSON is put together here from ready pieces, so that the script joins only what it alone knows: offset, time and streak.
Every piece that comes from people goes through the JSON encoder; ids are held to characters that need none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Literal, NamedTuple

import msgspec
import orjson

from app.base.errors import Refusal, refusal_of
from app.base.ids import is_uuid7, time_of
from app.rules import spending
from app.rules.catalogue import Gift
from app.rules.commands import SendGift
from app.rules.messages import Balance, StreakCount
from app.rules.minors import guarded
from app.rules.moderation import refusal_in
from app.rules.money import Terms, award, diamonds_text
from app.rules.rooms import Room
from app.rules.shout_outs import has_link
from app.rules.switches import switch_of
from app.rules.terms import GiftTerms
from app.rules.texts import lines
from app.rules.tokens import Person

ANONYMOUS = '{"id":null,"name":null}'
SENDING_ROLES = frozenset(("viewer", "streamer", "moderator"))


class WireGift(msgspec.Struct, array_like=True, gc=False):
    """A gift as `send_gifts.lua` reads it, in that order; `bucket` and `room` are indexes within the batch."""

    sender: str
    id: str
    bucket: int
    fingerprint: str
    id_ms: int
    receiver: str
    room: int
    coins: int
    streamer_milli: int
    platform_milli: int
    quantity: int
    streak_field: str
    before_streak: str
    after_streak: str
    entry: str
    sender_json: str
    on_board: bool
    price_record: str
    switch: str
    token_s: float
    token_id: str
    guarded: int


def rooms_part(wire: WireGift) -> tuple[str | int | float | bool, ...]:
    """The gift as `deliver_gifts.lua` reads it: without what concerns its payer alone, and without its entry."""
    return (
        *(wire.sender, wire.id, 0, "", 0, wire.receiver, 0, wire.coins, wire.streamer_milli, wire.platform_milli),
        *(wire.quantity, wire.streak_field, wire.before_streak, wire.after_streak, "", wire.sender_json, wire.on_board),
        *("", "", 0, "", wire.guarded),
    )


@dataclass(slots=True)
class GiftOrder:
    """A gift on its way: what the store is told, who waits for the answer, and who has asked again meanwhile.

    It is `approved` on its second way to the store, after a guardian has agreed. `at` is the room's partition.
    """

    wire: WireGift
    room: str
    gift: str
    reply: Callable[[bytes], None]
    again: tuple[Callable[[bytes], None], ...] = ()
    approved: bool = False
    at: int = 0

    @property
    def name(self) -> str:
        """Its name among those that are under way."""
        return f"{self.wire.sender}:{self.wire.id}"

    @property
    def intent(self) -> tuple[str, str, str]:
        """What makes it the same gift when it is sent again."""
        return self.wire.sender, self.wire.id, self.wire.fingerprint


def payers_part(order: GiftOrder) -> tuple[str | int | float | bool, ...]:
    """The gift as `pay_gifts.lua` reads it: without what its room alone has to know, and without its entry."""
    wire = order.wire
    return (
        *(
            wire.sender,
            wire.id,
            wire.bucket,
            wire.fingerprint,
            wire.id_ms,
            wire.receiver,
            order.at,
            wire.coins,
            0,
            0,
            0,
        ),
        *("", "", "", "", "", wire.on_board, wire.price_record, wire.switch, wire.token_s, wire.token_id),
        wire.guarded,
    )


def person_json(person: Person, level: int = 0) -> str:
    """A sender as events show it. The level stands at the end: see lib/levels.lua."""
    shown: dict[str, str | int] = {"id": person.sub, "name": person.name}
    if person.avatar:
        shown["avatar"] = person.avatar
    if level:
        shown["level"] = level
    return orjson.dumps(shown).decode()


def fingerprint(*content: object) -> str:
    """16 characters that tell one content from another: an id may be sent again only with the same content."""
    return blake2b(orjson.dumps(content), digest_size=8).hexdigest()


class Price(NamedTuple):
    """What so many of a gift cost and earn, and the pieces of JSON that say so."""

    coins: int
    streamer_milli: int
    platform_milli: int
    event: str
    entry: str
    record: str


@lru_cache(maxsize=4096)
def _price(gift_id: str, price_coins: int, quantity: int, terms: Terms) -> Price:
    # Kept: a room sends the same few gifts again and again.
    coins = price_coins * quantity
    streamer, platform = award(coins, terms.award_ppm)
    said = diamonds_text(streamer)
    event = f',"gift":"{gift_id}","quantity":{quantity},"coins":{coins},"diamonds":"{said}","streak":'
    return Price(
        coins,
        streamer,
        platform,
        event,
        f',"{gift_id}",{quantity},{coins},{streamer},{platform},{terms.catalogue},"{terms.card}",',
        f"|{coins}|{streamer}|",
    )


def price_gift(
    person: Person,
    sender_json: str,
    room: Room,
    gift: Gift,
    command: SendGift,
    terms: GiftTerms,
    now_ms: int,
) -> WireGift:
    """The command as the store applies it: price, diamonds and streak by our word alone.

    Raises:
        Refusal: the role, id, receiver or gift does not allow it. Nothing is stored: the same id may be used again.
    """
    if person.role not in SENDING_ROLES:
        raise Refusal("forbidden")
    if not is_uuid7(command.id):
        raise Refusal("bad_request", "The id is not a UUIDv7 in lower case.")
    if not (gift.available(now_ms, person.country) and terms.sells(gift, room.kind)):
        raise Refusal("gift_unavailable")
    receiver = command.receiver or room.streamer.id
    if receiver == person.sub:
        raise Refusal("self_gift")
    payee = room.payee(receiver)
    if payee is None:
        raise Refusal("unknown_receiver")

    in_guard = guarded(terms.minors, sender=person.minor, receiver=payee.minor)
    price = _price(gift.id, gift.price_coins, command.quantity, terms.of(payee.country, now_ms))
    shown = ANONYMOUS if command.anonymous else sender_json
    said = lines(command.message) if command.message else ""
    if said and has_link(said):
        raise Refusal("link_in_words")
    message = f',"message":{orjson.dumps(said).decode()}' if said else ""
    streaks = gift.streakable and room.kind == "live"
    streak = f"{person.sub}\t{gift.id}\t{receiver}\t{int(command.anonymous)}" if streaks else ""
    return WireGift(
        sender=person.sub,
        id=command.id,
        bucket=0,
        fingerprint=fingerprint(room.id, gift.id, command.quantity, receiver, command.message, command.anonymous),
        id_ms=time_of(command.id),
        receiver=receiver,
        room=0,
        coins=price.coins,
        streamer_milli=price.streamer_milli,
        platform_milli=price.platform_milli,
        quantity=command.quantity,
        streak_field=streak,
        before_streak=f',"id":"{command.id}","sender":{shown},"receiver":"{receiver}"{price.event}',
        after_streak=f"{message}}}",
        entry=f'["gift","{command.id}","{person.sub}","{receiver}","{room.id}"{price.entry}',
        sender_json=shown,
        on_board=not command.anonymous,
        price_record=price.record,
        switch=switch_of(gift.id),
        token_s=person.iat or 0,
        token_id=person.jti or "",
        guarded=in_guard,
    )


@dataclass(slots=True, frozen=True)
class Applied:
    """A stored result: the gift was paid. `n` is its journal number, which is the balance's version too."""

    n: int
    coins_left: int
    coins: int
    streamer_milli: int
    streak_id: str
    streak_count: int


@dataclass(slots=True, frozen=True)
class Insufficient:
    """A stored result: there were not enough coins, and with this id there never will be."""

    coins: int
    price: int


@dataclass(slots=True, frozen=True)
class Waiting:
    """A stored result: a guardian is asked, and answers until then or never."""

    until_ms: int


@dataclass(slots=True, frozen=True)
class Beyond:
    """A stored result: it went beyond a limit, as lib/limits.lua says it, and with this id it always will."""

    limit: str


@dataclass(slots=True, frozen=True)
class UnderWay:
    """A stored result: the gift was paid, and is on its way to a room in another partition."""


@dataclass(slots=True, frozen=True)
class Returned:
    """A stored result: the gift could not be delivered in another partition, and all coins came back."""

    why: str


Unapplied = Insufficient | Waiting | Beyond | Returned


def read_record(record: str) -> Applied | UnderWay | Unapplied:
    """What `send_gifts.lua`, `pay_gifts.lua` or `close_gifts.lua` stores under an id, without the fingerprint."""
    kind, _, told = record.partition("|")
    if kind == "P":
        return Waiting(int(told))
    if kind == "L":
        return Beyond(told)
    if kind == "X":
        return Returned(told)
    if kind == "E":
        return UnderWay()
    rest = told.split("|")
    if kind == "I":
        return Insufficient(int(rest[0]), int(rest[1]))
    n, left, coins, milli, streak, count = rest
    return Applied(int(n), int(left), int(coins), int(milli), streak, int(count))


def refusal_of_record(result: Unapplied, sender: str, gift_id: str) -> Refusal:
    """What a stored result says to whoever sends the gift again, where it was not applied."""
    if isinstance(result, Returned):
        return refusal_in(result.why) or refusal_of(result.why)
    if isinstance(result, Beyond):
        return spending.refusal_of(result.limit)
    if isinstance(result, Waiting):
        return Refusal("approval_needed", approval=f"{sender}:{gift_id}", expires_ms=result.until_ms)
    return Refusal("insufficient_coins", coins=result.coins, price=result.price)


def accepted_json(gift_id: str, gift: str, quantity: int, record: list[str], duplicate: bool) -> bytes:
    """The reply `gift_accepted` for the stored record of an applied gift, split at its bars."""
    _, n, left, coins, milli, streak, count = record
    running = f'{{"id":"{streak}","count":{count}}}' if streak else "null"
    return (
        f'{{"type":"gift_accepted","id":"{gift_id}","gift":"{gift}","quantity":{quantity},"coins":{coins},'
        f'"diamonds":"{diamonds_text(int(milli))}","balance":{{"coins":{left},"version":{n}}},"n":{n},'
        f'"streak":{running},"duplicate":{"true" if duplicate else "false"}}}'
    ).encode()


def error_json(refusal: Refusal, command_id: str | None) -> bytes:
    """The reply `error`."""
    return orjson.dumps(
        {
            "type": "error",
            "id": command_id,
            "error": refusal.slug,
            "message": refusal.message,
            "retryable": refusal.retryable,
            "details": refusal.details,
        }
    )


class GiftSendStatus(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What became of a gift send: `pending` may still come, `never` was not applied and cannot be any more."""

    id: str
    status: Literal["applied", "refused", "never", "pending"]
    n: int | None = None
    coins: int | None = None
    diamonds: str | None = None
    balance: Balance | None = None
    streak: StreakCount | None = None
    error: str | None = None
    details: dict[str, int | str | None] | None = None
