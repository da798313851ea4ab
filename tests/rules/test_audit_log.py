from __future__ import annotations

import msgspec
import pytest

from app.rules.audit_log import NAME_MAX, TEXT_MAX, Act, AuditEntry, Proof, entry_after

ACT = Act("person:op", "freeze", "ann", "a stolen card", "")


def log_of(count: int) -> list[AuditEntry]:
    """A log of so many acts."""
    entries: list[AuditEntry] = []
    for at_ms in range(count):
        last = (entries[-1].n, entries[-1].at_ms, entries[-1].chain) if entries else None
        entries.append(entry_after(last, ACT, at_ms))
    return entries


def problems(entries: list[AuditEntry]) -> list[str]:
    """What a reader finds."""
    proof = Proof()
    for entry in entries:
        proof.see(entry)
    return proof.problems


def test_an_untouched_log_proves_itself() -> None:
    """However long it is, numbers are dense and each entry seals those before it."""
    assert [] == problems(log_of(20))
    assert [] == problems([])


@pytest.mark.parametrize(
    "changed",
    [{"who": "x"}, {"what": "x"}, {"whom": "x"}, {"reason": ""}, {"details": "x"}, {"at_ms": 7}, {"chain": "0" * 64}],
)
def test_a_changed_entry_is_found(changed: dict[str, object]) -> None:
    """Whatever of it was changed."""
    entries = log_of(4)
    entries[1] = msgspec.structs.replace(entries[1], **changed)

    assert ["the audit log's entry 2 is not what was written"] == problems(entries)


def test_an_entry_that_was_removed_is_found() -> None:
    """Out of the middle or from the beginning; also where those behind it were counted anew."""
    entries = log_of(4)
    counted_anew = [entries[0], *(msgspec.structs.replace(entry, n=entry.n - 1) for entry in entries[2:])]

    assert ["the audit log has no entry 2"] == problems([entries[0], *entries[2:]])
    assert ["the audit log has no entry 1"] == problems(entries[1:])
    assert ["the audit log's entry 2 is not what was written"] == problems(counted_anew)


def test_words_have_their_bounds_and_times_an_order() -> None:
    """What is too long is cut off; a clock that was set back does not make an act earlier than the one before it."""
    first = entry_after(None, Act("w" * 999, "w" * 999, "w" * 999, "r" * 999, "d" * 999), 50)
    second = entry_after((first.n, first.at_ms, first.chain), ACT, 20)

    assert [NAME_MAX] * 3 + [TEXT_MAX] * 2 == [
        len(text) for text in (first.who, first.what, first.whom, first.reason, first.details)
    ]
    assert (2, 50) == (second.n, second.at_ms)
    assert [] == problems([first, second])
