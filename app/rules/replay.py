"""Replays the journal: n dense, chain unbroken, each key once, entries in balance, balances as they were noted.

A balance is the sum of an account's postings; nothing else is known of any kind of entry here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha1
from typing import NamedTuple

import msgspec

from app.rules.entries import Entry, Gift, decode
from app.rules.postings import Posting

PROBLEMS_MAX = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """One stream entry of the journal: `count` entries from n = `first` on, one a line; the chain's head after it."""

    first: int
    count: int
    head: str
    at_ms: int
    payload: str


Placed = tuple[str, Batch]
"""A batch with its place in the store's stream."""


def chain(head: str, first: int, payload: str) -> str:
    """The head of the chain after a batch, as `ledger.lua` makes it."""
    return sha1(f"{head}{first}{sha1(payload.encode()).hexdigest()}".encode()).hexdigest()


Posted = tuple[str, int, int, int]
"""A posting as it was posted: the account, the entry's n, the amount, and the balance after it."""


class Read(NamedTuple):
    """An entry with its number, and what it moves."""

    n: int
    entry: Entry
    postings: Sequence[Posting]

    def accounts(self) -> Iterator[str]:
        """The accounts whose balances `Replay.post` needs: those that it posts to, and those whose balances are noted.

        The latter may be others: a settlement notes the held diamonds, and does not move them.
        """
        yield from (account for account, _, _ in self.postings)
        if not isinstance(self.entry, Gift):
            # A gift notes only the wallet that it posts to. Notes that cannot be read are reported by `Replay.post`.
            with suppress(ValueError):
                yield from (account for account, _ in self.entry.after())


class Replay:
    """The journal, entry by entry: what the balances must be, and what is wrong (at most PROBLEMS_MAX stay).

    Attributes:
        n: the last entry that was read, `head` the chain's head after it.
        balances: by account, after the last entry that was posted.
    """

    def __init__(self, n: int = 0, head: str = "") -> None:
        self.n = n
        self.head = head
        self.balances: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.problems: list[str] = []
        self._keys: set[str] = set()

    def problem(self, text: str) -> None:
        """Notes one, unless there are too many already."""
        if len(self.problems) < PROBLEMS_MAX:
            self.problems.append(text)

    def read(self, batch: Batch) -> list[Read]:
        """Those entries of the next batch that can be read."""
        if batch.first != self.n + 1:
            self.problem(f"n is not dense: {batch.first} follows {self.n}")
        self.head = chain(self.head, batch.first, batch.payload)
        if self.head != batch.head:
            self.problem(f"the chain is broken at n {batch.first}")
            self.head = batch.head
        lines = batch.payload.split("\n")
        if len(lines) != batch.count:
            self.problem(f"n {batch.first}: {len(lines)} entries where {batch.count} were written")
        found = []
        for n, line in enumerate(lines, batch.first):
            self.n = n
            try:
                entry = decode(line)
                found.append(Read(n, entry, entry.postings()))
            except (msgspec.DecodeError, ValueError) as error:
                self.problem(f"n {n} cannot be read: {error}")
        return found

    def post(self, read: Read) -> list[Posted]:
        """Posts an entry: its postings are in balance, and the balances after it are those that were noted."""
        n, entry, postings = read
        self.kinds[entry.kind] += 1
        balances, units, posted = self.balances, dict[str, int](), list[Posted]()
        for account, unit, amount in postings:
            balances[account] = balance = balances[account] + amount
            units[unit] = units.get(unit, 0) + amount
            posted.append((account, n, amount, balance))
        if any(units.values()):
            self.problem(f"n {n}: its postings leave {units} over")
        try:
            after = entry.after()
        except ValueError as error:
            self.problem(f"n {n} cannot be read: {error}")
            return posted
        for account, noted in after:
            if balances[account] != noted:
                self.problem(f"n {n}: {account} has {balances[account]} where {noted} was noted")
            if balances[account] < 0 and not account.endswith(":debt"):
                self.problem(f"n {n}: {account} is below zero")
        return posted

    def apply(self, found: Sequence[Read]) -> None:
        """Posts entries that were read, each key once."""
        for read in found:
            key = read.entry.key
            if key in self._keys:
                self.problem(f"n {read.n}: {key} was applied before")
            self._keys.add(key)
            self.post(read)
