from __future__ import annotations

import math

from hypothesis import given
from hypothesis import strategies as st

from app.client.outbox import ANSWER_S, WAITS_S, Outbox


def test_a_command_is_due_until_it_is_answered() -> None:
    """Due at once, again when there was no answer for a while, and again on the next line; never after its answer."""
    outbox = Outbox()
    assert outbox.add("a", b"A", 5.0)
    assert outbox.add("b", b"B", 5.0)

    assert [b"A", b"B"] == outbox.take_due(5.0)
    assert [] == outbox.take_due(5.0 + ANSWER_S - 0.1)
    outbox.line_broke()
    assert outbox.forget("b")
    assert not outbox.forget("b")
    assert [b"A"] == outbox.take_due(6.0)
    assert 6.0 + ANSWER_S == outbox.next_s
    assert [b"A"] == outbox.take_due(6.0 + ANSWER_S)
    assert (3, 0, ["a"], 1) == (outbox.attempts("a"), outbox.attempts("b"), outbox.ids, len(outbox))
    assert "a" in outbox
    assert "b" not in outbox
    assert not outbox.forget(None)


def test_what_is_refused_for_now_waits_longer_each_time() -> None:
    """The pause grows with the attempts, and is never shorter than the server says."""
    outbox = Outbox()
    outbox.add("a", b"A", 0.0)
    pauses = []
    now_s = 0.0
    for _ in range(8):
        outbox.take_due(now_s)
        outbox.again("a", now_s, 1.0)
        pauses.append(outbox.next_s - now_s)
        now_s = outbox.next_s
    assert [1.0, 2.0, 4.0, 8.0, 10.0, 10.0, 10.0, 10.0] == pauses
    outbox.again("a", now_s, 0.0, 30.0)
    assert now_s + 30.0 == outbox.next_s


def test_what_is_held_is_not_sent_again() -> None:
    """Not on another line either; it counts until it is forgotten."""
    outbox = Outbox()
    outbox.add("a", b"A", 0.0)
    outbox.take_due(0.0)
    outbox.hold("a")
    outbox.line_broke()

    assert [] == outbox.take_due(1e9)
    assert math.inf == outbox.next_s
    assert ["a"] == outbox.ids


def test_a_command_that_is_sent_right_now() -> None:
    """It is kept all the same, and leaves the others alone."""
    outbox = Outbox()
    outbox.add("a", b"A", 0.0)

    assert b"B" == outbox.send("b", b"B", 1.0)
    assert [b"A"] == outbox.take_due(2.0)
    outbox.line_broke()
    assert [b"A", b"B"] == outbox.take_due(3.0)


def test_it_is_bounded() -> None:
    """Beyond so many without an answer the next one is not taken."""
    outbox = Outbox(2)

    assert [True, True, False] == [outbox.add(name, b"", 0.0) for name in "abc"]
    outbox.forget("a")
    assert outbox.add("c", b"", 0.0)


WHAT_HAPPENS = st.sampled_from(
    ["add", "answered", "reply lost", "command lost", "refused for now", "line broke", "later"]
)


@given(st.lists(WHAT_HAPPENS, max_size=60))
def test_whatever_happens_to_it_a_gift_is_paid_once_and_answered_once(happenings: list[str]) -> None:
    """A server that pays an id once and a line that loses what it likes: in the end all that was given is paid once."""
    outbox, now_s, given_ids = Outbox(), 0.0, 0
    paid: list[bytes] = []
    answered: list[str] = []

    def deliver(what: str) -> None:
        for payload in outbox.take_due(now_s):
            gift_id = payload.decode()
            if what == "refused for now":
                outbox.again(gift_id, now_s, 0.5)
            elif what != "command lost":
                if payload not in paid:
                    paid.append(payload)
                if what == "answered" and outbox.forget(gift_id):
                    answered.append(gift_id)

    for what in [*happenings, "line broke", "answered"]:
        if what == "add":
            given_ids += outbox.add(str(given_ids), str(given_ids).encode(), now_s)
        elif what == "line broke":
            outbox.line_broke()
        elif what == "later":
            now_s += 1.0
        else:
            deliver(what)

    assert sorted(map(str, range(given_ids))) == sorted(answered) == sorted(payload.decode() for payload in paid)
    assert 0 == len(outbox)


def test_what_a_guardian_is_asked_for_waits() -> None:
    """It is due again rarely, at once when it is decided; word of that may also come when it is answered already."""
    outbox = Outbox()
    outbox.add("a", b"A", 0.0)
    outbox.take_due(0.0)
    outbox.wait("a", 1.0)
    assert 1.0 + WAITS_S == outbox.next_s
    outbox.decided("a")
    assert [b"A"] == outbox.take_due(2.0)
    outbox.forget("a")
    outbox.decided("a")
    assert [] == outbox.take_due(3.0)
