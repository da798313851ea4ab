"""Cases of suspected fraud: who and what is in one, what it does meanwhile, and how it ends."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct

from app.base.errors import Refusal
from app.rules.entries import ClawBack
from app.rules.fraud import FraudRules
from app.rules.money import diamonds_text

Outcome = Literal["note", "hold", "freeze"]
"""What a case does while it is open: nothing, diamonds stay pending, or its suspects are frozen as well."""
Status = Literal["open", "released", "clawed_back"]
Verdict = Literal["release", "claw-back"]
Part = Literal["suspect", "giver", "receiver"]
"""Who has signs; whose gifts to a suspect are looked into; who was given something by suspects."""
ENTRIES_SHOWN = 200
ANSWER_MAX = 1000
RANK: dict[str, int] = {"note": 0, "hold": 1, "freeze": 2}
AFTER: dict[Verdict, Status] = {"release": "released", "claw-back": "clawed_back"}


class Case(Struct, frozen=True, kw_only=True):
    """A case as the archive keeps it.

    Attributes:
        reasons: the ids of the rules that speak against its suspects.
        score: the highest that any of them has had.
        owner: who looks into it, as actors.py names them; "" for nobody yet.
        entries: how many gifts were gathered.
        by: who decided, and `why`; "" before.
    """

    id: str
    status: Status
    outcome: Outcome
    reasons: str
    score: int
    owner: str
    entries: int
    opened_ms: int
    changed_ms: int
    by: str = ""
    decided_ms: int = 0
    why: str = ""


class Involved(Struct, frozen=True, kw_only=True):
    """Somebody in a case.

    Attributes:
        coins: what they gave, of what was gathered, and `milli` what they earned by it.
        taken: milli-diamonds that were taken back, from each state.
        answer: what they have to say.
    """

    case_id: str
    person: str
    part: Part
    coins: int = 0
    milli: int = 0
    taken_pending: int = 0
    taken_available: int = 0
    answer: str = ""
    answered_ms: int = 0


class PersonView(Struct, frozen=True, kw_only=True):
    """Somebody in a case, as operators see it. Diamonds are decimals."""

    user: str
    part: Part
    coins: int
    diamonds: str
    taken: str
    answer: str
    answered_ms: int | None


class CaseView(Struct, frozen=True, kw_only=True):
    """A case in a list."""

    id: str
    status: Status
    outcome: Outcome
    reasons: list[str]
    score: int
    owner: str
    entries: int
    opened_ms: int
    changed_ms: int
    by: str
    decided_ms: int | None
    why: str


class CaseDetails(CaseView, frozen=True, kw_only=True):
    """A case with its people, and the numbers of its latest entries in the journal."""

    people: list[PersonView]
    latest: list[int]


class CaseList(Struct, frozen=True):
    """A page of them, the newest first."""

    cases: list[CaseView]
    cursor: str | None


class ReasonView(Struct, frozen=True):
    """Why something is under review: the rule's id, and a sentence for people."""

    code: str
    text: str


class Review(Struct, frozen=True, kw_only=True):
    """What a streamer is told: so many diamonds stay pending, all of them or those of some gifts, why, and what they
    have answered.
    """

    diamonds: str
    reasons: list[ReasonView]
    answer: str


class Answered(Struct, frozen=True):
    """In how many cases the words stand now."""

    cases: int
    text: str


class Answer(Struct, frozen=True):
    """The body of PUT /v1/me/earnings/answer."""

    text: Annotated[str, Meta(min_length=1, max_length=ANSWER_MAX)]


def outcome_of(rules: FraudRules, score: int) -> Outcome | None:
    """What a score leads to; None where it leads to nothing."""
    if score >= rules.freeze:
        return "freeze"
    if score >= rules.hold:
        return "hold"
    return "note" if score >= rules.note else None


def decide(case: Case, verdict: Verdict, by: str, why: str, now_ms: int) -> Case:
    """The case, decided.

    Raises:
        Refusal: `already_decided`.
    """
    if case.status != "open":
        raise Refusal("already_decided", f"This case is {case.status} already.", status=case.status)
    return msgspec.structs.replace(
        case, status=AFTER[verdict], by=by, why=why, owner=case.owner or by, decided_ms=now_ms, changed_ms=now_ms
    )


def claw_back(case: Case, involved: Involved) -> ClawBack:
    """What is posted first for somebody who has earned by it: pending diamonds go before available ones."""
    return ClawBack(
        id=case.id, user=involved.person, milli=involved.milli, state="pending", reason=case.why, by=case.by
    )


def view(case: Case) -> CaseView:
    """For operators."""
    return CaseView(**_shown(case))


def details(case: Case, people: list[Involved], latest: list[int]) -> CaseDetails:
    """For operators, all of it."""
    return CaseDetails(**_shown(case), people=[_person(one) for one in people], latest=latest)


def review(rules: FraudRules, found: list[tuple[Case, Involved]], pending: int) -> Review | None:
    """What a streamer with so much pending is told; None where nothing is under review."""
    if not found:
        return None
    whole = any(one.part == "suspect" for _, one in found)
    milli = pending if whole else min(pending, sum(one.milli for _, one in found))
    codes = {code for case, _ in found for code in case.reasons.split()}
    reasons = [ReasonView(rule.id, rule.reason) for rule in rules.rules if rule.id in codes]
    answers = sorted((one.answered_ms, one.answer) for _, one in found)
    return Review(diamonds=diamonds_text(milli), reasons=reasons, answer=answers[-1][1])


def _shown(case: Case) -> dict[str, Any]:
    shown = msgspec.structs.asdict(case)
    return shown | {"reasons": case.reasons.split(), "decided_ms": case.decided_ms or None}


def _person(one: Involved) -> PersonView:
    return PersonView(
        user=one.person,
        part=one.part,
        coins=one.coins,
        diamonds=diamonds_text(one.milli),
        taken=diamonds_text(one.taken_pending + one.taken_available),
        answer=one.answer,
        answered_ms=one.answered_ms or None,
    )
