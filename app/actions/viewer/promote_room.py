"""Somebody promotes a room: coins are spent, once for each key, and the bookkeeper sees to the rest."""

from __future__ import annotations

from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta, Struct

from app.actions.books.deliver import Delivery
from app.actions.viewer.ask_first import ask_first, asking
from app.archive import outbox, promotions
from app.archive.archive import Archive, Connection
from app.archive.spending import bounds_of
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rules.approvals import About, Approval
from app.rules.gifts import fingerprint
from app.rules.promotion_packages import PromotionBook
from app.rules.promotions import Promotion, check_room, entry
from app.rules.rooms import known_room_id
from app.rules.spending import check_purchase, needs_guardian, refusal_in
from app.store.partitions import Partitions

OPEN_MAX, OPEN_OF_ONE_MAX = 1000, 20


class PromotionRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/me/promotions."""

    room: Annotated[str, Meta(min_length=1, max_length=64)]
    package: Annotated[str, Meta(min_length=1, max_length=64)]


class Wish(NamedTuple):
    """Who wants what, under which key; `browser` is the mark of the one that it is asked in."""

    user: str
    key: str
    request: PromotionRequest
    browser: str = ""

    @property
    def name(self) -> str:
        """By what it is found again."""
        return f"{self.user}:{self.key}"

    @property
    def mark(self) -> str:
        """Of what was asked."""
        return fingerprint(*msgspec.structs.astuple(self.request))


class Promoted(NamedTuple):
    """A promotion, and whether this key had asked for it before."""

    promotion: Promotion
    replayed: bool


async def promote_room(
    archive: Archive, delivery: Delivery, partitions: Partitions, book: PromotionBook, wish: Wish, now_ms: int
) -> Promoted | Approval:
    """A promotion that runs; the same key and request give the same one. Or what a guardian has to agree to first.

    Args:
        archive: where it is kept.
        delivery: brings its entry to the store.
        partitions: where its room is.
        book: what it costs.
        wish: who wants what.
        now_ms: milliseconds since 1970.

    Raises:
        Refusal: `room_not_found`, `room_not_live`, `not_promotable`, `unknown_package`, `id_reused`, `locked`,
            `limit_reached` (too many, a cool-off, or a guardian's no); what the store refuses to spend for, such as
            `insufficient_coins`, which the same key is answered again.
    """
    found = await archive.read(_known, wish)
    if found is None:
        room_id = known_room_id(wish.request.room)
        room = await (await partitions.at(room_id)).get(room_id)
        check_room(room)
        made = await archive.write(_once, _priced(book, wish, now_ms), wish, About(room=room.id, room_title=room.title))
        if isinstance(made, Approval):
            return made
        found = made
    if found.promotion.status == "asked":
        await delivery.deliver()
    promotion = await archive.read(promotions.find, found.promotion.id)
    assert promotion is not None, "promotions are never removed"
    if promotion.status == "refused":
        if promotion.why == "insufficient_coins":
            raise Refusal(promotion.why, price=promotion.coins)
        raise refusal_in(promotion.why)
    return Promoted(promotion, found.replayed)


def _priced(book: PromotionBook, wish: Wish, now_ms: int) -> Promotion:
    package = book.package(wish.request.package)
    return Promotion(
        id=f"m_{uuid7(now_ms)}",
        user=wish.user,
        room=wish.request.room,
        package=package.id,
        book=book.id,
        coins=package.coins,
        impressions=package.impressions,
        hours=package.hours,
        status="asked",
        created_ms=now_ms,
        browser=wish.browser,
    )


def _known(connection: Connection, wish: Wish) -> Promoted | None:
    found = promotions.find_by_request(connection, wish.name)
    if found is None:
        return None
    promotion, mark = found
    if mark != wish.mark:
        raise Refusal("id_reused")
    return Promoted(promotion, True)


def _once(connection: Connection, new: Promotion, wish: Wish, about: About) -> Promoted | Approval:
    if promotions.count_open_of(connection, new.user) >= OPEN_OF_ONE_MAX:
        raise Refusal("limit_reached", "So many promotions of one person cannot run at once.", limit=OPEN_OF_ONE_MAX)
    if promotions.count_open(connection) >= OPEN_MAX:
        raise Refusal("overloaded", "So many promotions run now that no more can; try again later.")
    bounds = bounds_of(connection, new.user)
    if needs := needs_guardian(bounds, new.coins):
        check_purchase(bounds, new.created_ms)
        new_asked = asking("promotion", new.user, wish.key, wish.mark, new.coins, about, new.created_ms)
        if (waits := ask_first(connection, new_asked)) is not None:
            return waits
    if promotions.insert(connection, new, wish.name, wish.mark):
        outbox.put(connection, [entry(new, approved=needs)], new.created_ms)
        return Promoted(new, False)
    # Another call with this key came first, in the same moment.
    found = _known(connection, wish)
    assert found is not None, "promotions are never removed"
    return found
