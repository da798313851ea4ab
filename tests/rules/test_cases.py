from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.cases import Case, Involved, claw_back, decide, details, outcome_of, review, view
from tests.rules.fraud_tables import rules_of

OPEN = Case(
    id="c",
    status="open",
    outcome="hold",
    reasons="r0 r1",
    score=60,
    owner="",
    entries=2,
    opened_ms=1,
    changed_ms=1,
)


def test_a_score_leads_to_an_outcome() -> None:
    """The higher it is, the more is done."""
    outcomes = [outcome_of(rules_of(), score) for score in (9, 10, 49, 50, 89, 90)]

    assert [None, "note", "note", "hold", "hold", "freeze"] == outcomes


def test_a_case_is_decided_once() -> None:
    """By whoever decides it, who has then looked into it; somebody who owned it before still does."""
    decided = decide(OPEN, "claw-back", "platform", "stolen", 9)

    assert ("clawed_back", "platform", "platform", "stolen", 9) == (
        decided.status,
        decided.by,
        decided.owner,
        decided.why,
        decided.decided_ms,
    )
    with pytest.raises(Refusal, match="already_decided"):
        decide(decided, "release", "platform", "no", 10)


def test_what_a_streamer_is_told() -> None:
    """How much stays pending, never more than there is, why, and what they answered last; nothing where nothing is."""
    rules = rules_of({"signal": "gave", "within_s": 60, "coins": 5, "weight": 5})
    parts = [
        Involved(case_id="c", person="sam", part="receiver", milli=2500, answer=a, answered_ms=i)
        for i, a in enumerate("xy")
    ]
    pairs = [(OPEN, one) for one in parts]
    told = [review(rules, pairs, pending) for pending in (9000, 4000)]
    whole = review(rules, [(OPEN, Involved(case_id="c", person="sam", part="suspect"))], 9000)

    assert [("5", "y"), ("4", "y"), ("9", "")] == [(one.diamonds, one.answer) for one in (*told, whole) if one]
    assert [("r0", "Because.")] == [(one.code, one.text) for one in whole.reasons] if whole else False
    assert None is review(rules, [], 9000)


def test_what_operators_see() -> None:
    """Reasons one by one, diamonds as decimals, and nothing where nothing was decided."""
    sam = Involved(case_id="c", person="sam", part="receiver", milli=2500, taken_pending=2000, taken_available=500)
    shown = details(OPEN, [sam], [7])

    assert (["r0", "r1"], None, [7]) == (shown.reasons, shown.decided_ms, shown.latest)
    assert ("2.5", "2.5", None) == (shown.people[0].diamonds, shown.people[0].taken, shown.people[0].answered_ms)
    assert view(OPEN).id == "c"
    assert ("claw_back:c:sam:pending", 2500) == (claw_back(OPEN, sam).key, claw_back(OPEN, sam).milli)
