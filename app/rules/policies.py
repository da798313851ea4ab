"""What a viewer may undo, by country: the right of withdrawal on unused coins, or no refunds; said before paying."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta

from app.rules import tables
from app.rules.tables import DAY_MS, Key, Mistake, Table, Version

NAME = "policies"
NO_REFUNDS = "no_refunds"
"""The wording where nothing goes back."""


class Policy(Version, frozen=True, kw_only=True):
    """A country's policy. `wording` names the text that a page shows before anybody pays.

    Attributes:
        withdrawal_days: for how many days the unused coins of a purchase go back for their money; 0: never.
    """

    withdrawal_days: Annotated[int, Meta(ge=0, le=365)]
    wording: Key

    def withdraw_until_ms(self, credited_ms: int) -> int | None:
        """Until when coins that were credited then can be given back; None where they cannot."""
        return credited_ms + self.withdrawal_days * DAY_MS if self.withdrawal_days else None

    def mistakes(self) -> Iterator[Mistake]:
        """What contradicts itself."""
        yield from super().mistakes()
        if (self.wording == NO_REFUNDS) != (self.withdrawal_days == 0):
            yield Mistake("wording", f'"{NO_REFUNDS}" is expected where withdrawal_days is 0, and only there')


def parse(text: bytes) -> Table[Policy]:
    """The policies of a file. Raises BadTable."""
    return tables.parse(text, NAME, Policy)
