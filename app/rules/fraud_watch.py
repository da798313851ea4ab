"""Reads the journal for signs of fraud: those that entries themselves show, and where the archive has to be asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from app.rules.entries import Chargeback, ChargebackReversed, Entry, Gift, PayoutHold, Purchase
from app.rules.fraud import FraudRules, Rule
from app.rules.fraud_facts import KEPT_MAX, Facts, FirstPaid, Pair
from app.rules.gift_steps import GiftClosed, GiftStep

MILLION = 1_000_000


class Asked(NamedTuple):
    """A payout that was asked for."""

    user: str
    milli: int
    at_ms: int


class Watch:
    """The signs of some entries, in their order.

    Args:
        rules: what counts.
        person: what is known of a person by now.
        pair: what is known of a giver and a receiver by now.

    Attributes:
        raised: who has a sign that they did not have before, and when.
        closed: pairs of people who may have closed a ring.
        fed: streamers who have got much of new accounts, and when.
        payouts: those that were asked for.
    """

    def __init__(self, rules: FraudRules, person: Callable[[str], Facts], pair: Callable[[str, str], Pair]) -> None:
        self.rules = rules
        self.raised: dict[str, int] = {}
        self.closed: dict[tuple[str, str], int] = {}
        self.fed: dict[str, int] = {}
        self.payouts: list[Asked] = []
        self._person = person
        self._pair = pair
        self._lasts_ms = 1000 * rules.lasts_s
        self._gave, self._bought = rules.of("gave"), rules.of("bought")
        self._accounts, self._payments = rules.of("new_account"), rules.of("new_payment")
        self._habits, self._rings, self._fed = rules.of("out_of_habit"), rules.of("ring"), rules.of("fed_by_new")
        self._undone = rules.of("charged_back")
        self._new_ms = max((rule.age_ms for rule in self._fed), default=0)

    def see(self, entry: Entry, at_ms: int) -> None:
        """Takes an entry into account."""
        if isinstance(entry, Gift | GiftClosed):
            self._gift(entry, at_ms)
        if isinstance(entry, GiftStep):
            return
        facts = self._known(entry.user, at_ms)
        if isinstance(entry, Purchase):
            self._purchase(entry, facts, at_ms)
        elif isinstance(entry, Chargeback):
            facts.undone = [*facts.undone, at_ms][-KEPT_MAX:]
            for rule in self._undone:
                if sum(one > at_ms - rule.within_ms for one in facts.undone) >= rule.count:
                    self.sign(entry.user, facts, rule, at_ms)
        elif isinstance(entry, ChargebackReversed):
            del facts.undone[-1:]
            for rule in self._undone:
                if len(facts.undone) < rule.count:
                    facts.signs.pop(rule.id, None)
        elif isinstance(entry, PayoutHold) and entry.milli:
            self.payouts.append(Asked(entry.user, entry.milli, at_ms))

    def sign(self, user: str, facts: Facts, rule: Rule, at_ms: int) -> None:
        """Notes a sign, unless the rules keep silent about that person."""
        if at_ms < facts.quiet_ms and rule.signal != "charged_back":
            return
        if facts.signs.get(rule.id, 0) <= at_ms:
            self.raised[user] = at_ms
        facts.signs[rule.id] = at_ms + self._lasts_ms

    def _known(self, user: str, at_ms: int) -> Facts:
        facts = self._person(user)
        if not facts.first_ms:
            facts.first_ms = at_ms
        return facts

    def _gift(self, gift: Gift | GiftClosed, at_ms: int) -> None:
        coins, sender = gift.coins, gift.sender
        giver, streamer = self._known(sender, at_ms), self._known(gift.receiver, at_ms)
        pair = self._pair(sender, gift.receiver)
        age_ms = at_ms - giver.first_ms
        giver.give(coins, at_ms)
        before = pair.add(coins, at_ms, self._lasts_ms)
        streamer.got += coins
        streamer.earned += gift.streamer_milli
        streamer.got_ms = streamer.got_ms or at_ms
        for rule in self._gave:
            if giver.within(rule, coins, at_ms) >= rule.coins:
                self.sign(sender, giver, rule, at_ms)
        for rule in self._accounts:
            if age_ms < rule.age_ms and giver.given >= rule.coins:
                self.sign(sender, giver, rule, at_ms)
        for rule in self._payments:
            for paid in giver.paid.values():
                if at_ms - paid.at_ms < rule.age_ms and giver.given - paid.given >= rule.coins:
                    self.sign(sender, giver, rule, at_ms)
        for rule in self._habits:
            self._habit(rule, gift, giver, pair, at_ms)
        for rule in self._rings:
            if before < rule.coins <= pair.coins and streamer.given:
                self.closed[sender, gift.receiver] = at_ms
        if age_ms < self._new_ms:
            streamer.fresh += coins
            self._from_new(gift.receiver, streamer, at_ms)

    def _habit(self, rule: Rule, gift: Gift | GiftClosed, giver: Facts, pair: Pair, at_ms: int) -> None:
        within = giver.within(rule, gift.coins, at_ms)
        is_new = at_ms - pair.first_ms < rule.within_ms and at_ms - giver.first_ms >= rule.age_ms
        if is_new and giver.best and within >= max(rule.coins, rule.count * giver.best):
            self.sign(gift.sender, giver, rule, at_ms)

    def _from_new(self, user: str, streamer: Facts, at_ms: int) -> None:
        for rule in self._fed:
            much = max(rule.count * rule.coins, rule.ppm * streamer.got // MILLION)
            # Looked at again when there is a quarter more; with each gift, once there was something to see.
            has_sign = streamer.signs.get(rule.id, 0) > at_ms
            if streamer.fresh >= much and (has_sign or 4 * streamer.fresh >= 5 * streamer.looked):
                self.fed[user] = at_ms

    def _purchase(self, purchase: Purchase, facts: Facts, at_ms: int) -> None:
        facts.purchases += 1
        if len(facts.paid) < KEPT_MAX:
            facts.paid.setdefault(purchase.provider, FirstPaid(at_ms, facts.given))
        for rule in self._bought:
            if facts.within(rule, purchase.coins, at_ms) >= rule.coins:
                self.sign(purchase.user, facts, rule, at_ms)
