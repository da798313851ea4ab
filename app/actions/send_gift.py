"""A viewer sends a gift: priced here, applied by the store in a batch, answered when the store has it on disk."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from app.base.clock import Clock
from app.base.errors import Refusal, refusal_of
from app.base.metrics import Metrics
from app.rules.catalogue import Catalogue
from app.rules.commands import SendGift
from app.rules.gifts import (
    Applied,
    GiftOrder,
    UnderWay,
    accepted_json,
    error_json,
    price_gift,
    read_record,
    refusal_of_record,
)
from app.rules.moderation import refusal_in
from app.rules.rooms import Room
from app.rules.terms import GiftTerms
from app.rules.tokens import Person
from app.store.gift_queues import GiftQueues
from app.store.moves import Moves
from app.store.partitions import Partitions

# Under load a call waits this long for company; see the batcher for why.
PACE_S = 0.01
# So many may ask again for a gift that is under way and are answered with it.
JOINED_MAX = 512
# Of an applied gift; behind them stands a level that was come to now.
RECORD_PARTS = 7
# What an id may be refused as for its time.
TIMED = ("id_expired", "id_in_future")

WalletMoved = Callable[[str, int, int, int | None], None]


class GiftSender:
    """All gifts of a worker, from whomever and to whatever room.

    Args:
        moves: credit guests of rooms who live in another partition than the room.
        wallet_moved: told of each new balance: user, coins, version, and the level that the person came to, if any.
        workers: how many there are: two call the store no more often than one, each with more.
    """

    def __init__(
        self,
        partitions: Partitions,
        moves: Moves,
        catalogue: Catalogue,
        terms: GiftTerms,
        clock: Clock,
        metrics: Metrics,
        wallet_moved: WalletMoved,
        workers: int = 1,
    ) -> None:
        self._gifts = catalogue.by_id()
        self._terms = terms
        self._clock = clock
        self._metrics = metrics
        self._wallet_moved = wallet_moved
        self._partitions = partitions
        self.why_off: Callable[[str], Refusal] = lambda gift: Refusal("switched_off")
        # Told of a gift that waits for a guardian, and until when: it answers whoever sent the gift.
        self.on_waiting: Callable[[GiftOrder, int], None] | None = None
        self._under_way: dict[tuple[str, str, str], GiftOrder] = {}
        self.queues = GiftQueues(partitions.ledgers, moves, self._ended, PACE_S * min(workers, 2))

    @property
    def unanswered(self) -> int:
        """How many gifts were taken and have no answer yet."""
        return len(self._under_way)

    def send(
        self,
        person: Person,
        sender_json: str,
        room: Room,
        command: SendGift,
        reply: Callable[[bytes], None],
        at: int = 0,
    ) -> None:
        """Takes a gift, or joins it where it is under way; `reply` is told, whether or not anybody still listens.

        `at` is the room's partition.

        Raises:
            Refusal: it was not taken, and nothing is stored of it.
        """
        gift = self._gifts.get(command.gift)
        if gift is None:
            raise Refusal("unknown_gift")
        wire = price_gift(person, sender_json, room, gift, command, self._terms, self._clock())
        order = GiftOrder(wire, room.id, gift.id, reply, at=at)
        if (under_way := self._under_way.get(order.intent)) is not None:
            if len(under_way.again) >= JOINED_MAX:
                raise Refusal("overloaded")
            under_way.again += (reply,)
            return
        self._take(order)

    def go_on(self, order: GiftOrder) -> None:
        """Takes a gift once more that waited for a guardian, who has agreed.

        Raises:
            Refusal: `overloaded`.
        """
        order.approved = True
        if (under_way := self._under_way.get(order.intent)) is None:
            self._take(order)
        elif len(under_way.again) >= JOINED_MAX:
            raise Refusal("overloaded")
        else:
            under_way.again += (order.reply, *order.again)

    def _take(self, order: GiftOrder) -> None:
        if not self.queues.put(order):
            raise Refusal("overloaded")
        self._under_way[order.intent] = order

    def _ended(self, orders: list[GiftOrder], results: Sequence[bytes]) -> None:
        count = self._metrics.gifts
        for order in orders:
            # Before anything is told: what could not be told may be asked for anew.
            del self._under_way[order.intent]
        for order, result in zip(orders, results, strict=True):
            wire, record = order.wire, result.decode().split("|")
            if record[0] in ("NA", "DA"):
                duplicate = record[0] == "DA"
                level = int(record.pop()) if len(record) > RECORD_PARTS else None
                count("duplicate" if duplicate else "accepted")
                order.reply(accepted_json(wire.id, order.gift, wire.quantity, record, duplicate))
                for reply in order.again:
                    count("duplicate")
                    reply(accepted_json(wire.id, order.gift, wire.quantity, record, True))
                # Of a duplicate too: a batch sent again after a lost answer is all duplicates, and nobody was told yet.
                self._wallet_moved(wire.sender, int(record[2]), int(record[1]), level)
            elif record[0] in ("NP", "DP") and self.on_waiting is not None and not order.approved:
                count("approval_needed")
                self.on_waiting(order, int(record[1]))
            else:
                refusal = self._refusal(record, order)
                for reply in (order.reply, *order.again):
                    count(refusal.slug)
                    reply(error_json(refusal, wire.id))

    def _refusal(self, record: list[str], order: GiftOrder) -> Refusal:
        if record[0][0] != "R":
            stored = read_record("|".join(record)[1:])
            assert not isinstance(stored, Applied | UnderWay), "it was applied, or may be yet"
            return refusal_of_record(stored, order.wire.sender, order.wire.id)
        refusal = refusal_in("|".join(record)[1:]) or refusal_of(record[0][1:])
        if refusal.slug == "switched_off":
            return self.why_off(order.gift)
        standing = self._partitions.of(order.wire.sender).standing
        if refusal.slug in TIMED and (note := standing.clock_note()) is not None:
            # A client that makes ids by a clock of its own is right perhaps, and cannot know.
            return Refusal(refusal.slug, f"{refusal.message} {note}", reason="clock")
        return refusal
