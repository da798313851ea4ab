from __future__ import annotations

from collections import Counter
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.base.errors import Refusal
from app.rules.actors import PLATFORM, at_command_line, person_called
from app.rules.moves import DiamondsMove, Move
from app.rules.payouts import (
    ASK_FIRST_MS,
    ASK_MAX_MS,
    Decision,
    Payout,
    Wish,
    approve,
    ask,
    at_once,
    cancel,
    hear,
    held,
    hold_again,
    later,
    not_held,
    reject,
    submit,
)
from app.rules.quotes import quote
from app.rules.tax_profiles import TaxProfile
from app.rules.taxes import Withholding
from tests.rules.money_tables import card

NOW_MS = 1000
PROFILE = TaxProfile(user="sam", country="US", form="none", name="Sam", tin="", treaty=False, signed_ms=0, expires_ms=0)
WISH = Wish(id="po-1", user="sam", quote="q", rail="demo", destination={"to": "sam"}, masked="s•••")
QUOTED = quote(card(service_fee_ppm=10_000), Withholding(240_000, "backup", "t"), 4_000_500)
ASKED = ask(WISH, QUOTED, PROFILE, 10**9, NOW_MS).payout
LARGE = msgspec.structs.replace(ASKED, second=True)
VERBS = ["held", "not_held", "approve", "reject", "cancel", "submit", "later", "at_once"]
VERBS += ["paid", "pending", "unclaimed", "returned", "failed", "nonsense"]


def do(payout: Payout, verb: str, now_ms: int = NOW_MS) -> Decision:
    """What a verb, or a word of the rail, makes of a payout; a refusal makes nothing of it."""
    simple = {
        "held": lambda: held(payout, 7, now_ms),
        "not_held": lambda: not_held(payout, "gone", now_ms),
        "submit": lambda: submit(payout, now_ms),
        "later": lambda: later(payout, now_ms),
        "at_once": lambda: at_once(payout, now_ms),
        "hold_again": lambda: hold_again(payout, now_ms).payout,
    }
    if verb in simple:
        return Decision(simple[verb]())
    try:
        if verb == "cancel":
            return cancel(payout, now_ms)
        if verb in ("approve", "reject"):
            return (approve if verb == "approve" else reject)(payout, PLATFORM, "why", now_ms)
    except Refusal:
        return Decision(payout)
    return hear(payout, verb, "ref", "the rail's words", now_ms)


def after(*verbs: str, payout: Payout = ASKED) -> tuple[Payout, list[Move]]:
    """A payout after all these, with all entries."""
    posted: list[Move] = []
    for verb in verbs:
        decision = do(payout, verb)
        payout = decision.payout
        posted += decision.entries
    return payout, posted


@pytest.mark.parametrize(
    ("payout", "verbs", "status", "kinds"),
    [
        (ASKED, [], "requested", []),
        (ASKED, ["held", "held"], "approved", []),
        (LARGE, ["held", "submit"], "requested", []),
        (LARGE, ["approve"], "requested", []),
        (LARGE, ["held", "approve", "approve", "reject"], "rejected", ["payout_returned"]),
        (LARGE, ["held", "reject", "reject", "approve"], "rejected", ["payout_returned"]),
        (ASKED, ["not_held", "held", "submit", "paid"], "failed", []),
        (ASKED, ["held", "not_held"], "approved", []),
        (ASKED, ["cancel"], "requested", []),
        (ASKED, ["held", "cancel", "cancel", "submit", "paid"], "cancelled", ["payout_returned"]),
        (ASKED, ["held", "submit", "cancel", "reject"], "submitted", []),
        (ASKED, ["held", "paid"], "approved", []),
        (ASKED, ["hold_again", "held", "hold_again", "hold_again"], "requested", []),
        (LARGE, ["held", "approve", "hold_again", "held"], "requested", []),
        (ASKED, ["held", "submit", "hold_again", "paid"], "paid", ["payout_paid"]),
        (ASKED, ["held", "submit", "pending", "unclaimed", "nonsense", "paid", "paid"], "paid", ["payout_paid"]),
        (ASKED, ["held", "submit", "unclaimed", "returned", "returned", "paid"], "returned", ["payout_returned"]),
        (ASKED, ["held", "submit", "failed", "returned"], "failed", ["payout_returned"]),
        (ASKED, ["held", "submit", "paid", "failed", "paid"], "returned", ["payout_paid", "payout_returned"]),
        (ASKED, ["held", "submit", "paid", "pending", "unclaimed", "cancel"], "paid", ["payout_paid"]),
    ],
)
def test_histories(payout: Payout, verbs: list[str], status: str, kinds: list[str]) -> None:
    """What is done and heard, in the order and number in which it may come, makes one status and these entries."""
    found, posted = after(*verbs, payout=payout)

    assert (status, kinds) == (found.status, [entry.kind for entry in posted])
    assert found.status == found.history[-1].status


@given(verbs=st.lists(st.sampled_from(VERBS), max_size=14), second=st.booleans())
def test_whatever_is_done(verbs: list[str], second: bool) -> None:
    """In any order and number, diamonds leave a state only while they are in it, and each key is used once."""
    payout, posted = after(*verbs, payout=msgspec.structs.replace(ASKED, second=second))
    states = Counter({"available": 1})
    held_yet = False
    for entry in ([ask(WISH, QUOTED, PROFILE, 0, NOW_MS).entries[0]] if payout.held_n else []) + posted:
        assert isinstance(entry, DiamondsMove)
        assert payout.milli == entry.milli
        source, target = {
            "hold": ("available", "held"),
            "pay": ("held", "paid"),
            "unhold": ("held", "available"),
            "unpay": ("paid", "available"),
        }[entry.op]
        states[source] -= 1
        states[target] += 1
        held_yet = held_yet or entry.op == "hold"
        assert min(states.values()) >= 0
    where = {"paid": "paid", "requested": "held", "approved": "held", "submitted": "held"}.get(
        payout.status, "available"
    )
    assert states[where if payout.held_n else "available"] == 1
    assert len({entry.key for entry in posted}) == len(posted)
    assert payout.due_ms > 0 or payout.status not in ("approved", "submitted"), "nobody would go on with it"


def test_entries_have_the_money() -> None:
    """What is paid and what comes back name the same amounts, which are in balance."""
    _, (paid, back) = after("held", "submit", "paid", "returned")
    amounts: Any = paid

    assert (2000, 20, 480, 1500) == (amounts.gross, amounts.fee, amounts.withholding, amounts.net)
    assert [-posting.amount for posting in paid.postings()][2:] == [posting.amount for posting in back.postings()][2:]
    assert ("demo", "US", QUOTED.card) == (amounts.rail, amounts.country, amounts.card)


def test_the_second_person() -> None:
    """From the threshold on it is somebody else: not the streamer by token, nor by the command line."""
    assert [True, True, False] == [
        ask(WISH, QUOTED, PROFILE, threshold, NOW_MS).payout.second for threshold in (0, 2000, 2001)
    ]
    waiting = held(LARGE, 7, NOW_MS)
    for own in (person_called("sam"), at_command_line("sam")):
        for verdict in (approve, reject):
            with pytest.raises(Refusal, match="needs_second_person"):
                verdict(waiting, own, "why", NOW_MS)
    assert "person:olga" == approve(waiting, "person:olga", "why", NOW_MS).payout.by


def test_it_is_asked_for_less_and_less_often() -> None:
    """Each time nothing is known the wait is twice as long, up to a quarter of an hour; news begin anew."""
    payout, _ = after("held", "submit")
    waits = []
    for _ in range(40):
        payout = later(payout, NOW_MS)
        waits.append(payout.due_ms - NOW_MS)

    assert [ASK_FIRST_MS, 2 * ASK_FIRST_MS, 4 * ASK_FIRST_MS] == waits[:3]
    assert ASK_MAX_MS == waits[-1] == max(waits)
    assert (NOW_MS, 0) == (at_once(payout, NOW_MS).due_ms, at_once(payout, NOW_MS).tries)


def test_what_people_have_to_look_at() -> None:
    """A rail that says paid of what is not on its way is said loudly; one that says so again is not."""
    cancelled, _ = after("held", "cancel")
    paid, _ = after("held", "submit", "paid")

    assert "its rail says paid, and it is cancelled" == hear(cancelled, "paid", "r", "", NOW_MS).alarm
    assert "" == hear(cancelled, "failed", "r", "", NOW_MS).alarm
    assert "" == hear(paid, "paid", "r", "", NOW_MS).alarm


def test_a_rails_words_have_a_bound() -> None:
    """However much a rail has to say, so much of it is kept; the same word twice is noted once."""
    payout, _ = after("held", "submit")
    for _ in range(3):
        payout = hear(payout, "unclaimed", "r", "x" * 1000, NOW_MS).payout

    assert [0, 0, 0, 200] == [len(event.why) for event in payout.history]
