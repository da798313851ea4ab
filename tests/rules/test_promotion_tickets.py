from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.people_marks import mark_of_person
from app.rules.promotion_tickets import TICKET_MAX, Ticket, read_ticket, write_ticket

SECRET = "the tests' secret, 32 characters at least"
TICKET = Ticket("m_01a21438-47dd-7d53-9ff9-f842a124a5b9", 1_790_000_000_000, mark_of_person("ann"))
TEXT = write_ticket(SECRET, TICKET)


def test_a_ticket_is_read_as_it_was_written() -> None:
    """Promotion, time and viewer come back, from a text that has a bound."""
    assert TICKET == read_ticket(SECRET, TEXT)
    assert len(TEXT) <= TICKET_MAX


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        TEXT[:-1],
        TEXT + "0",
        TEXT + "\n",
        TEXT.replace("179", "180"),
        TEXT[:-1] + ("0" if TEXT[-1] != "0" else "1"),
        write_ticket(SECRET + "!", TICKET),
        TEXT.replace("m_01", "m_02"),
    ],
)
def test_nobody_else_writes_one(text: str) -> None:
    """A ticket that was changed, or signed by another secret, is refused."""
    with pytest.raises(Refusal, match="bad_ticket"):
        read_ticket(SECRET, text)
