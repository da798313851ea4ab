"""Where a ledger stands, judged: whether it has lost what was seen of it, and whether its clock has jumped."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

# An id may be so far from the ledger's time, and the ledger's time so far behind its latest entry.
SKEW_MS = 5000
# A clock may go ahead of what is expected by as much as a call may wait for its answer.
AHEAD_MS = 10_000


class Mark(NamedTuple):
    """The last entry of a ledger that somebody was told of, and its id in the journal; a later one is the greater.

    The term counts the losses that were noted: n goes on from less after each of them.
    """

    term: int = 0
    n: int = 0
    head: str = ""
    entry: str = ""

    @classmethod
    def read(cls, text: str) -> Mark:
        """The mark that a text stands for. Raises ValueError where it is none."""
        term, n, head, entry = text.split(" ")
        return cls(int(term), int(n), head.strip("-"), "" if entry == "-" else entry)

    @property
    def time_ms(self) -> int:
        """When the entry was written; 0 where that is not known."""
        return int(self.entry.partition("-")[0] or 0)

    def __str__(self) -> str:
        return f"{self.term} {self.n} {self.head or '-'} {self.entry or '-'}"


class Look(NamedTuple):
    """What the store says of its ledger at one moment.

    `clock_ms` is the store's clock, `shift_ms` what is added to it for the ledger's time, `steps` how often it was set;
    `high_ms` the time of the latest entry; `lost_term` the term of a loss that waits to be accepted, 0 for none;
    `head_then` the head that the store has at the entry that was known as the last, '' where it has no such entry.
    """

    clock_ms: int
    shift_ms: int
    steps: int
    high_ms: int
    mark: Mark
    archived: int
    lost_term: int
    head_then: str

    @property
    def now_ms(self) -> int:
        """The ledger's time."""
        return self.clock_ms + self.shift_ms


def has_lost(known: Mark, look: Look) -> bool:
    """Whether the store has less than was known of its ledger, or something else in its place."""
    found = look.mark
    if found.term != known.term:
        # A later term: somebody has noted the loss already.
        return found.term < known.term
    if found.n <= known.n:
        return found.n < known.n or found.head != known.head
    if not look.head_then:
        return bool(known.entry) and look.archived < known.n
    return look.head_then != known.head


def new_shift_ms(look: Look, expected_ms: tuple[int, int] | None) -> int | None:
    """What has to be added to the store's clock from now on, None where all is well.

    Args:
        look: what the store says.
        expected_ms: between which two times the answer was expected; None where nothing is known.
    """
    now_ms = look.now_ms
    if expected_ms is not None:
        earliest_ms, latest_ms = expected_ms
        if not earliest_ms - SKEW_MS <= now_ms <= latest_ms + AHEAD_MS:
            now_ms = latest_ms
    if now_ms < look.high_ms - SKEW_MS:
        # Whatever the clock says: it was as late as that when the latest entry was made.
        now_ms = look.high_ms
    return None if now_ms == look.now_ms else now_ms - look.clock_ms


class Loss(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a store had not any more: entries of its ledger that were answered, or events of a room that were shown.

    Entries `first` to `last` are gone; the store goes on from `found_n`. Of a room the same, in offsets.
    """

    at_ms: int
    first: int
    last: int
    seen_head: str = ""
    found_n: int = 0
    found_head: str = ""
    room: str | None = None

    def __str__(self) -> str:
        if self.room is not None:
            return f"room {self.room}: events {self.first} to {self.last} were shown, and the store has them no more"
        return (
            f"entries n {self.first} to {self.last} (head {self.seen_head[:12]}) were answered, and the store has them "
            f"no more: it has n {self.found_n} (head {self.found_head[:12] or 'none'})"
        )
