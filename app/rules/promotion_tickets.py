"""Tickets: the server's word that somebody was shown a promoted room, and when. Without one nothing is counted."""

from __future__ import annotations

import hmac
import re
from typing import NamedTuple

from app.base.errors import Refusal

TICKET_MS = 5 * 60 * 1000
"""For how long an impression can be told with one."""
TICKET_MAX = 200
_FORM = re.compile(r"(m_[0-9a-f-]{36})\.([0-9]{1,16})\.([0-9a-f]{24})\.([0-9a-f]{32})")


class Ticket(NamedTuple):
    """Which promotion was shown, when, and to whom, by the mark."""

    promotion: str
    issued_ms: int
    mark: str


def write_ticket(secret: str, ticket: Ticket) -> str:
    """A ticket as a text that only this server can write."""
    body = f"{ticket.promotion}.{ticket.issued_ms}.{ticket.mark}"
    return f"{body}.{_signature(secret, body)}"


def read_ticket(secret: str, text: str) -> Ticket:
    """The ticket of a text.

    Raises:
        Refusal: `bad_ticket`.
    """
    found = _FORM.fullmatch(text)
    if found is None or not hmac.compare_digest(_signature(secret, text.rpartition(".")[0]), found[4]):
        raise Refusal("bad_ticket")
    return Ticket(found[1], int(found[2]), found[3])


def _signature(secret: str, body: str) -> str:
    # The same secret signs tokens: no text is ever good for both.
    return hmac.new(secret.encode(), f"promotion ticket {body}".encode(), "sha256").hexdigest()[:32]
