"""What people do to others and to the books: who did what to whom, and why. Each entry seals those before it."""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec import Struct

TEXT_MAX, NAME_MAX = 500, 200
FIRST = ""
"""What the first entry's seal begins with."""


class Act(NamedTuple):
    """Something that somebody has done.

    Attributes:
        who: who did it, as actors.py names them.
        what: the act, in words_like_these.
        whom: the person, room, gift or switch that it was done to; "" where it was done to none.
        reason: why, in the words of who did it; "" where none is asked for.
        details: what else is to be known of it: the sum, the id of what was decided.
    """

    who: str
    what: str
    whom: str = ""
    reason: str = ""
    details: str = ""


class AuditEntry(Struct, frozen=True, kw_only=True):
    """An act as it stands in the log. `chain` seals it and all before it."""

    n: int
    at_ms: int
    who: str
    what: str
    whom: str
    reason: str
    details: str
    chain: str


class AuditLog(Struct, frozen=True):
    """A page of the log, the newest first."""

    entries: list[AuditEntry]
    cursor: str | None


def entry_after(last: tuple[int, int, str] | None, act: Act, now_ms: int) -> AuditEntry:
    """The entry of an act behind the last one, of which n, time and chain are given. Times never go back."""
    n, at_ms, before = last or (0, 0, FIRST)
    who, what, whom = (text[:NAME_MAX] for text in act[:3])
    reason, details = act.reason[:TEXT_MAX], act.details[:TEXT_MAX]
    return sealed(
        before,
        AuditEntry(
            n=n + 1, at_ms=max(now_ms, at_ms), who=who, what=what, whom=whom, reason=reason, details=details, chain=""
        ),
    )


def sealed(before: str, entry: AuditEntry) -> AuditEntry:
    """The entry with the chain that it has behind an entry with the chain `before`."""
    content = [before, entry.n, entry.at_ms, entry.who, entry.what, entry.whom, entry.reason, entry.details]
    return msgspec.structs.replace(entry, chain=sha256(msgspec.json.encode(content)).hexdigest())


class Proof:
    """Reads the log from its beginning. `problems` stays empty where nothing was removed, changed or put in between."""

    def __init__(self) -> None:
        self.n, self.chain = 0, FIRST
        self.problems: list[str] = []

    def see(self, entry: AuditEntry) -> None:
        """Takes the next entry. Of one gap or change only the first is told: what follows hangs on it."""
        if not self.problems:
            if entry.n != self.n + 1:
                self.problems.append(f"the audit log has no entry {self.n + 1}")
            elif sealed(self.chain, entry) != entry:
                self.problems.append(f"the audit log's entry {entry.n} is not what was written")
        self.n, self.chain = entry.n, entry.chain
