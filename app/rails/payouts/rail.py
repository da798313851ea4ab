"""What every payout rail does: checks a destination, has a transfer paid once however often it is asked, tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, NamedTuple, Protocol

from msgspec import Struct

from app.base.errors import Refusal
from app.rules.currencies import Money

TRANSFER_ID = re.compile(r"[A-Za-z0-9-]{1,35}", re.ASCII)
"""Of characters and a length that banks keep as well."""

Given = str | dict[str, str]
"""A destination as somebody wrote it: one line, or its fields by name."""
Status = Literal["paid", "pending", "unclaimed", "returned", "failed"]
"""`unclaimed` is on its way until the receiver claims it; `returned` came back; `failed` never left."""


class Destination(NamedTuple):
    """A checked destination: its fields, to be kept, and what may be shown of it."""

    fields: dict[str, str]
    masked: str


class Transfer(Struct, frozen=True, kw_only=True):
    """One payout as a rail sees it. All of it stays the same however often it is submitted.

    Attributes:
        id: the payout's; a rail pays once for each.
        destination: the fields that the rail's own `destination` gave back.
        amount: what they get.
        since_ms: when it was submitted for the first time, in milliseconds since 1970.
    """

    id: str
    destination: dict[str, str]
    amount: Money
    since_ms: int

    def __post_init__(self) -> None:
        if not TRANSFER_ID.fullmatch(self.id):
            raise ValueError(f"{self.id!r} is no id of a transfer: 1 to 35 of A-Z a-z 0-9 - are expected")


class Outcome(NamedTuple):
    """The state of a transfer, the rail's own name for it, and why it is so."""

    status: Status
    reference: str
    reason: str = ""


class PayoutRail(Protocol):
    """A way that money goes out by."""

    name: str

    def destination(self, given: Given, currency: str) -> Destination:
        """What somebody wrote, checked. Raises Refusal `bad_request`, with what is expected."""

    async def submit(self, transfer: Transfer) -> Outcome:
        """Has it paid; the same transfer again is the same one, whatever became of the first call.

        Raises:
            RailError: it is not known whether it was taken, or it cannot be taken now: submit it again.
        """

    async def poll(self, transfer: Transfer, reference: str) -> Outcome:
        """What became of it since. Raises RailError: it cannot be known now."""

    async def heard_of(self, headers: Mapping[str, str], body: bytes) -> str:
        """Of which payout a webhook has news; "" for none.

        Raises:
            Refusal: `bad_signature`: the rail did not send it; or `unavailable`: that cannot be known now.
        """

    async def close(self) -> None:
        """Ends its connections."""


def no_webhooks(rail: str) -> Refusal:
    """The refusal of a webhook of a rail that sends none."""
    return Refusal("bad_signature", f"The rail {rail} sends no webhooks.")


def bad_destination(rail: str, expected: str) -> Refusal:
    """The refusal of a destination."""
    return Refusal("bad_request", f"destination: {expected}.", field="destination", rail=rail, expected=expected)
