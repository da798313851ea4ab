"""Replays the journal: n dense, chain unbroken, each key once, entries in balance, balances as they were noted.

A balance is the sum of an account's postings; nothing else is known of any kind of entry here.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from hashlib import sha1

import msgspec

from app.rules.entries import Entry, decode
from app.rules.postings import sums

PROBLEMS_MAX = 100


@dataclass(frozen=True, slots=True)
class Batch:
    """One stream entry of the journal: `count` entries from n = `first` on, one a line; the chain's head after it."""

    first: int
    count: int
    head: str
    at_ms: int
    payload: str


def chain(head: str, first: int, payload: str) -> str:
    """The head of the chain after a batch, as `ledger.lua` makes it."""
    return sha1(f"{head}{first}{sha1(payload.encode()).hexdigest()}".encode()).hexdigest()


class Replay:
    """The journal, entry by entry: what the balances must be, and what is wrong (at most PROBLEMS_MAX stay)."""

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

    def batch(self, batch: Batch) -> list[tuple[int, Entry]]:
        """Replays a batch; those of its entries that can be read, each with its n."""
        if batch.first != self.n + 1:
            self.problem(f"n is not dense: {batch.first} follows {self.n}")
        self.head = chain(self.head, batch.first, batch.payload)
        if self.head != batch.head:
            self.problem(f"the chain is broken at n {batch.first}")
            self.head = batch.head
        lines = batch.payload.split("\n")
        if len(lines) != batch.count:
            self.problem(f"n {batch.first}: {len(lines)} entries where {batch.count} were written")
        read = []
        for n, line in enumerate(lines, batch.first):
            self.n = n
            try:
                entry = decode(line)
                self._entry(n, entry)
                read.append((n, entry))
            except (msgspec.DecodeError, ValueError) as error:
                self.problem(f"n {n} cannot be read: {error}")
        return read

    def _entry(self, n: int, entry: Entry) -> None:
        self.kinds[entry.kind] += 1
        if entry.key in self._keys:
            self.problem(f"n {n}: {entry.key} was applied before")
        self._keys.add(entry.key)
        postings, balances = entry.postings(), self.balances
        for account, _, amount in postings:
            balances[account] += amount
        for unit, amount in sums(postings).items():
            if amount:
                self.problem(f"n {n}: its postings leave {amount} {unit} over")
        for account, noted in entry.after():
            if balances[account] != noted:
                self.problem(f"n {n}: {account} has {balances[account]} where {noted} was noted")
            if balances[account] < 0 and not account.endswith(":debt"):
                self.problem(f"n {n}: {account} is below zero")
