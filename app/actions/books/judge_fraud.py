"""Judges the journal by the rules of fraud, beside the gifts' way: what is new in the archive, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from app.actions.books.open_cases import Docket
from app.archive import fraud
from app.archive.archive import Archive, Connection
from app.archive.fraud import Judged
from app.base.clock import Clock
from app.rules.entries import ArrivedGift, Entry
from app.rules.fraud import FraudRules, Rule
from app.rules.fraud_facts import Facts, Pair
from app.rules.fraud_watch import MILLION, Asked, Watch
from app.rules.gift_steps import GiftStep

AT_ONCE = 2000
GIVERS_MAX, EDGES_MAX, DECLINED_MAX = 50, 500, 200
# What an account gives to one streamer alone, nearly.
ALONE_PPM = 900_000

RulesAt = Callable[[int], FraudRules]
"""The rules that count at a moment."""


class Known:
    """What is known of people and of who gives to whom, as far as one step needs it."""

    def __init__(self, connection: Connection) -> None:
        self.people: dict[str, Facts] = {}
        self.pairs: dict[tuple[str, str], Pair] = {}
        self._connection = connection

    def load(self, entries: Iterable[Entry]) -> None:
        """All that these entries speak of, at once."""
        people, pairs = set[str](), set[tuple[str, str]]()
        for entry in entries:
            if isinstance(entry, GiftStep):
                pairs.add((entry.sender, entry.receiver))
                people.update((entry.sender, entry.receiver))
            else:
                people.add(entry.user)
        self.look_up(people)
        self.pairs = fraud.find_pairs(self._connection, pairs)

    def person(self, user: str) -> Facts:
        """What is known of somebody."""
        if user not in self.people:
            self.look_up([user])
        return self.people[user]

    def look_up(self, users: Iterable[str]) -> None:
        """Makes these people known as well."""
        missing = {user for user in users if user not in self.people}
        found = fraud.find_people(self._connection, missing)
        self.people.update((user, found.get(user) or Facts()) for user in missing)

    def pair(self, giver: str, receiver: str) -> Pair:
        """What is known of what one gave the other."""
        return self.pairs.setdefault((giver, receiver), Pair())


class Judge:
    """The judge of all partitions; two at once do no harm. `rules` tells those that count."""

    def __init__(self, archive: Archive, rules: RulesAt, clock: Clock) -> None:
        self._archive = archive
        self._rules = rules
        self._clock = clock

    async def step(self) -> int:
        """Judges what is new, some thousand entries of each partition at most; how many the most of one were.

        Raises:
            ArchiveError: the archive cannot be used now.
        """
        now_ms, most = self._clock(), 0
        # Payments that were declined are looked at also where nothing is new.
        for k in await self._archive.read(fraud.behind) or [0]:
            most = max(most, await self._archive.write(judge, self._rules(now_ms), now_ms, k))
        return most


def judge(connection: Connection, rules: FraudRules, now_ms: int, k: int = 0) -> int:
    """One step, in one transaction: what was judged, what it says of people, and the cases that come of it."""
    judged = fraud.lock_judged(connection)
    end_ms, found = fraud.ended_ms(connection), fraud.unjudged(connection, judged.get(k, Judged()), AT_ONCE, k)
    known = Known(connection)
    known.load(entry for _, _, entry in found)
    watch = Watch(rules, known.person, known.pair)
    for _, at_ms, entry in found:
        watch.see(entry, at_ms)
    if found:
        judged[k] = Judged(found[-1][0], found[-1][1])
    # What is asked of the archive next is asked of what is known now.
    fraud.save_pairs(connection, known.pairs)
    docket = Docket(connection, rules, known.person, {at: one.n for at, one in judged.items()}, end_ms)
    docket.gather([(n, entry) for n, _, entry in found if isinstance(entry, ArrivedGift)])
    for (giver, receiver), at_ms in watch.closed.items():
        _close_ring(connection, known, watch, docket, (giver, receiver), at_ms)
    for streamer, at_ms in watch.fed.items():
        _look_at_givers(connection, known, watch, docket, streamer, at_ms)
    for asked in watch.payouts:
        _look_at_payout(connection, known, watch, docket, asked)
    if len(found) < AT_ONCE:
        _look_at_declined(connection, known, watch, now_ms)
        fraud.drop_silent(connection, end_ms - 1000 * rules.lasts_s)
    docket.charge(watch.raised)
    fraud.save_people(connection, known.people)
    if found:
        fraud.note_judged(connection, judged[k], k)
    return len(found)


def _close_ring(
    connection: Connection, known: Known, watch: Watch, docket: Docket, last: tuple[str, str], at_ms: int
) -> None:
    """Looks for a way from the receiver back to the giver."""
    giver, receiver = last
    for rule in watch.rules.of("ring"):
        came_from: dict[str, str] = {receiver: giver}
        reached = [receiver]
        if not _is_most(known, rule, giver, known.pair(giver, receiver).coins):
            continue
        for _ in range(rule.count - 1):
            edges = fraud.gifts_from(connection, reached, rule.coins, at_ms - rule.within_ms, EDGES_MAX)
            known.look_up(edge.giver for edge in edges)
            edges = [edge for edge in edges if _is_most(known, rule, edge.giver, edge.coins)]
            back = next((edge for edge in edges if edge.receiver == giver), None)
            if back is not None:
                members = {giver, at := back.giver}
                while at != giver:
                    members.add(at := came_from[at])
                for member in sorted(members):
                    watch.sign(member, known.person(member), rule, at_ms)
                docket.link(members)
                break
            reached = [edge.receiver for edge in edges if edge.receiver not in came_from]
            for edge in edges:
                came_from.setdefault(edge.receiver, edge.giver)


def _is_most(known: Known, rule: Rule, giver: str, coins: int) -> bool:
    return coins * MILLION >= rule.ppm * known.person(giver).given


def _look_at_givers(
    connection: Connection, known: Known, watch: Watch, docket: Docket, streamer: str, at_ms: int
) -> None:
    """Looks for accounts that began together and give to this streamer alone."""
    facts = known.person(streamer)
    facts.looked = facts.fresh
    given = fraud.gifts_to(connection, streamer, GIVERS_MAX)
    known.look_up(one.giver for one in given)
    settled_ms = fraud.began_ms(connection) + 1000 * watch.rules.settles_s
    for rule in watch.rules.of("fed_by_new"):
        young = [
            (them.first_ms, one.giver, one.coins)
            for one in given
            for them in [known.person(one.giver)]
            if one.coins >= rule.coins
            and them.first_ms >= settled_ms
            and one.first_ms - them.first_ms < rule.age_ms
            and one.coins * MILLION >= ALONE_PPM * them.given
        ]
        together: list[tuple[int, str, int]] = []
        for began_ms, _, _ in young:
            those = [one for one in young if began_ms <= one[0] < began_ms + rule.within_ms]
            together = max(together, those, key=lambda some: sum(coins for _, _, coins in some))
        coins = sum(coins for _, _, coins in together)
        if len(together) >= rule.count and coins * MILLION >= rule.ppm * facts.got:
            members = {streamer, *(giver for _, giver, _ in together)}
            for member in sorted(members):
                watch.sign(member, known.person(member), rule, at_ms)
            docket.link(members)


def _look_at_payout(connection: Connection, known: Known, watch: Watch, docket: Docket, asked: Asked) -> None:
    """Looks at whose coins are to be paid out, and how soon."""
    facts, at_ms = known.person(asked.user), asked.at_ms
    for rule in watch.rules.of("quick_payout"):
        is_soon = at_ms - facts.got_ms < rule.within_ms and facts.got >= rule.coins
        if is_soon and asked.milli * MILLION >= rule.ppm * facts.earned:
            watch.sign(asked.user, facts, rule, at_ms)
    given = fraud.gifts_to(connection, asked.user, GIVERS_MAX)
    known.look_up(one.giver for one in given)
    suspects = [one for one in given if known.person(one.giver).score(watch.rules, at_ms) >= watch.rules.hold]
    for signal, givers in (("fed_by_one", given[:1]), ("fed_by_suspects", suspects)):
        for rule in watch.rules.of(signal):  # type: ignore[arg-type]  # both are signals
            if sum(one.coins for one in givers) >= max(rule.coins, rule.ppm * facts.got // MILLION):
                watch.sign(asked.user, facts, rule, at_ms)
                docket.look_into(asked.user, [one.giver for one in givers])


def _look_at_declined(connection: Connection, known: Known, watch: Watch, now_ms: int) -> None:
    """Payments that were declined are in no journal."""
    for rule in watch.rules.of("declined"):
        for user in fraud.declined(connection, now_ms - rule.within_ms, rule.count, DECLINED_MAX):
            facts = known.person(user)
            facts.first_ms = facts.first_ms or now_ms
            if rule.id not in facts.live(now_ms):
                watch.sign(user, facts, rule, now_ms)
