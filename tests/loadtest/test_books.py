from __future__ import annotations

from typing import Any

import pytest

from loadtest.books import Books, check
from loadtest.plan import Faults, Receipt, RoomSeen


def gift(number: int, coins: int = 5) -> Receipt:
    """An accepted gift of one room."""
    return Receipt("r", "u", f"id-{number}", 1, coins)


def seen(*numbers: int) -> dict[str, RoomSeen]:
    """The room as a process saw it, these gifts in this order."""
    return {"r": RoomSeen({i: f"id-{n}" for i, n in enumerate(numbers, 1)}, [], len(numbers))}


def books_of(**changed: Any) -> Books:
    """The books of a run in which all went well, but for what is changed."""
    usual: dict[str, Any] = {
        "granted": 100,
        "wallets": {"u": 85},
        "receipts": [gift(1), gift(2), gift(3)],
        "applied_late": [],
        "never_known": 0,
        "rooms": [seen(1, 2, 3), seen(1, 2, 3)],
        "faults": Faults(),
        "ledger": {"ok": True},
    }
    return check(**{**usual, **changed})


def test_books_balance_when_each_coin_and_each_gift_is_found_once() -> None:
    """A run in which nothing went wrong has no problem, and says so."""
    books = books_of()

    assert books.ok
    assert books.verdict().startswith("The books balance: 100 coins granted = 85 in wallets + 15 spent")


@pytest.mark.parametrize(
    ("changed", "problem"),
    [
        ({"wallets": {"u": 84}}, "1 coins of 100 granted"),
        ({"wallets": {"u": 90}}, "-5 coins of 100 granted"),
        ({"rooms": [seen(1, 2)]}, "1 accepted gifts were never seen"),
        ({"rooms": [seen(1, 2, 3, 3)]}, "1 gifts were seen twice"),
        ({"rooms": [seen(1, 2, 3, 4)]}, "1 gifts were seen that nobody was charged for"),
        ({"rooms": [seen(1, 2, 3), seen(1, 3, 2)]}, "2 conflicts"),
        ({"never_known": 2}, "of 2 gifts it is not known"),
        ({"faults": Faults(gaps=3)}, "3 gaps in viewers' streams"),
        ({"faults": Faults(short=1)}, "1 short in viewers' streams"),
        ({"ledger": {"ok": False, "problems": ["n is not dense"]}}, "the ledger: n is not dense"),
    ],
)
def test_whatever_is_wrong_is_named(changed: dict[str, Any], problem: str) -> None:
    """Each kind of disorder makes the books wrong, with a sentence that says which."""
    books = books_of(**changed)

    assert any(text.startswith(problem) for text in books.problems), books.problems


def test_what_two_processes_saw_is_one_room() -> None:
    """Processes that saw different parts of a room together saw all of it."""
    first, second = RoomSeen({1: "id-1", 2: "id-2"}, [], 2), RoomSeen({3: "id-3"}, [], 1)

    assert books_of(rooms=[{"r": first}, {"r": second}]).ok


def test_a_gift_shown_within_another_ones_event_is_not_lost() -> None:
    """Repeats that were merged into one event with the sum count as seen."""
    books = books_of(rooms=[{"r": RoomSeen({1: "id-1", 2: "id-3"}, [], 3)}])

    assert (books.ok, books.merged) == (True, 1)


def test_a_gift_that_was_applied_without_an_answer_is_paid_for() -> None:
    """A gift whose answer got lost, and that the server says was applied, belongs to what was spent."""
    assert books_of(receipts=[gift(1), gift(2)], applied_late=[gift(3)]).ok


def test_without_offsets_the_witness_counts() -> None:
    """A server that gives no offsets is held to the order of one witness."""
    witness = {"r": RoomSeen({}, ["id-1", "id-2", "id-3"], 3)}

    assert books_of(rooms=[witness], ledger=None).ok
    assert books_of(rooms=[{"r": RoomSeen({}, ["id-1", "id-2", "id-3", "id-3"], 4)}]).doubled == 1
