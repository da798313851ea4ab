"""Opens cases against people whose signs of fraud add up, and gathers the gifts that belong to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from app.archive import cases, outbox
from app.archive.archive import Connection
from app.archive.cursor import count_partitions
from app.archive.statements import n_at
from app.base.ids import uuid7
from app.rules.actors import RULES
from app.rules.cases import RANK, Case, Involved, outcome_of
from app.rules.entries import ArrivedGift, Freeze
from app.rules.fraud import FraudRules
from app.rules.fraud_facts import Facts
from app.rules.partitions import partition

GATHERED_MAX = 1000
"""So many gifts of each person a new case gathers."""

Numbered = Sequence[tuple[int, ArrivedGift]]


class Docket:
    """The cases that one step of the judge opens or adds to.

    Args:
        connection: of the step's transaction.
        rules: what counts.
        person: what is known of a person.
        judged: up to which entry each partition's journal is.
        end_ms: when the last entry was written that is archived.
    """

    def __init__(
        self,
        connection: Connection,
        rules: FraudRules,
        person: Callable[[str], Facts],
        judged: Mapping[int, int],
        end_ms: int,
    ) -> None:
        self._connection = connection
        self._rules = rules
        self._person = person
        self._judged = judged
        self._partitions = count_partitions(connection)
        self._end_ms = end_ms
        self._links: list[Collection[str]] = []
        self._givers: dict[str, list[str]] = {}
        self._after: dict[int, int] = {}

    def link(self, members: Collection[str]) -> None:
        """These have a sign together: one case is theirs."""
        self._links.append(members)

    def look_into(self, streamer: str, givers: list[str]) -> None:
        """What these gave belongs to the streamer's case, should there be one."""
        self._givers[streamer] = givers

    def gather(self, gifts: Numbered) -> None:
        """Adds new gifts to the cases that they belong to."""
        people = {who for _, gift in gifts for who in (gift.sender, gift.receiver)}
        parts = cases.open_with(self._connection, people)
        suspects = {one.person: one.case_id for one in parts if one.part == "suspect"}
        givers = {(one.person, one.case_id) for one in parts if one.part == "giver"}
        found: dict[str, list[tuple[int, ArrivedGift]]] = defaultdict(list)
        for n, gift in gifts:
            if gift.sender in suspects:
                found[suspects[gift.sender]].append((n, gift))
            elif (gift.sender, case_id := suspects.get(gift.receiver, "")) in givers:
                found[case_id].append((n, gift))
        for case_id, more in found.items():
            case = cases.find(self._connection, case_id, lock=True)
            if case is not None and case.status == "open":
                cases.put(self._connection, self._add(case, more))

    def charge(self, raised: Mapping[str, int]) -> None:
        """Opens cases, or adds to them, for those who have a new sign and whose signs add up."""
        for user in sorted(raised):
            if self._outcome(user) is not None:
                others = {other for members in self._links if user in members for other in members}
                self._charge(sorted({user, *(other for other in others if self._outcome(other) is not None)}))

    def _outcome(self, user: str) -> str | None:
        return outcome_of(self._rules, self._person(user).score(self._rules, self._end_ms))

    def _charge(self, suspects: list[str]) -> None:
        parts = [one for one in cases.open_with(self._connection, suspects) if one.part == "suspect"]
        known = {one.person for one in parts}
        case = cases.find(self._connection, min(one.case_id for one in parts), lock=True) if parts else None
        if case is None:
            case = Case(
                id=f"c_{uuid7(self._end_ms)}",
                status="open",
                outcome="note",
                reasons="",
                score=0,
                owner="",
                entries=0,
                opened_ms=self._end_ms,
                changed_ms=self._end_ms,
            )
        new = [user for user in suspects if user not in known]
        case = self._weigh(case, suspects)
        case = self._involve(case, new, [giver for user in suspects for giver in self._givers.get(user, ())])
        cases.put(self._connection, case)
        freezes = [user for user in suspects if self._outcome(user) == "freeze"]
        outbox.put(
            self._connection,
            [Freeze(id=f"{case.id}:{user}", user=user, reason=f"case {case.id}", by=RULES) for user in freezes],
            self._end_ms,
        )

    def _weigh(self, case: Case, suspects: list[str]) -> Case:
        facts = [self._person(user) for user in suspects]
        score = max(case.score, *(one.score(self._rules, self._end_ms) for one in facts))
        outcome = max(case.outcome, outcome_of(self._rules, score) or "note", key=RANK.__getitem__)
        signs = {sign for one in facts for sign in one.live(self._end_ms)}
        reasons = " ".join(rule.id for rule in self._rules.rules if rule.id in signs | set(case.reasons.split()))
        return msgspec.structs.replace(case, score=score, outcome=outcome, reasons=reasons, changed_ms=self._end_ms)

    def _involve(self, case: Case, suspects: list[str], givers: list[str]) -> Case:
        """Takes people into a case, with what they gave of late."""
        connection = self._connection
        named = {**dict.fromkeys(givers, "giver"), **dict.fromkeys(suspects, "suspect")}
        before = {one.person: one for one in cases.parts_in(connection, case.id, named)}
        changed = []
        for person, part in named.items():
            if (there := before.get(person)) is None:
                changed.append(Involved(case_id=case.id, person=person, part=part))  # type: ignore[arg-type]  # it is one
            elif part == "suspect":
                changed.append(msgspec.structs.replace(there, part="suspect"))
        cases.put_people(connection, changed)
        gifts: list[tuple[int, ArrivedGift]] = []
        for one in changed:
            was_giver = one.person in before and before[one.person].part == "giver"
            k = self._home(one.person)
            sent = cases.sent_gifts(connection, one.person, self._since(k), self._judged.get(k, 0), GATHERED_MAX)
            parts = cases.parts_in(connection, case.id, {gift.receiver for _, gift in sent})
            accused = {there.person for there in parts if there.part == "suspect"}
            for n, gift in sent:
                # A giver's gifts to those who are suspects already have been gathered.
                is_wanted = gift.receiver not in accused if was_giver else True
                if is_wanted if one.part == "suspect" else gift.receiver in accused:
                    gifts.append((n, gift))
        return self._add(case, gifts)

    def _since(self, k: int) -> int:
        if k not in self._after:
            self._after[k] = n_at(self._connection, self._end_ms - 1000 * self._rules.gathers_s, k)
        return self._after[k]

    def _home(self, person: str) -> int:
        return partition(person, self._partitions)

    def _add(self, case: Case, gifts: Iterable[tuple[int, ArrivedGift]]) -> Case:
        """Adds gifts to a case, with what they come to for those who gave and got them."""
        entries: list[tuple[int, int]] = []
        coins: dict[str, int] = defaultdict(int)
        milli: dict[str, int] = defaultdict(int)
        for n, gift in gifts:
            entries.append((self._home(gift.sender), n))
            coins[gift.sender] += gift.coins
            milli[gift.receiver] += gift.streamer_milli
        there = {one.person: one for one in cases.parts_in(self._connection, case.id, coins.keys() | milli.keys())}
        changed = []
        for person in sorted(coins.keys() | milli.keys()):
            one = there.get(person) or Involved(case_id=case.id, person=person, part="receiver")
            changed.append(
                msgspec.structs.replace(one, coins=one.coins + coins[person], milli=one.milli + milli[person])
            )
        cases.put_people(self._connection, changed)
        # Every one: a gift that is in a case is gathered by no other, and taken back once.
        cases.put_entries(self._connection, case.id, entries)
        return msgspec.structs.replace(case, entries=case.entries + len(entries), changed_ms=self._end_ms)
