from __future__ import annotations

import pytest

from app.base.errors import Refusal
from app.rules.minors import NEITHER, RECEIVER, SENDER, check_minor, guarded
from app.rules.spending import Bounds, Guard


def test_who_needs_a_guardian() -> None:
    """Whoever of the two is a minor; of adults nobody asks, whatever the setting is."""
    pairs = [(False, False), (True, False), (False, True), (True, True)]
    told = [guarded("guardian", sender=sender, receiver=receiver) for sender, receiver in pairs]
    assert [NEITHER, SENDER, RECEIVER, SENDER | RECEIVER] == told
    assert NEITHER == guarded("refuse", sender=False, receiver=False)
    for sender, receiver in pairs[1:]:
        with pytest.raises(Refusal, match="minor"):
            guarded("refuse", sender=sender, receiver=receiver)


def test_a_minor_with_a_guardian_may_buy() -> None:
    """Only where the platform lets guardians answer."""
    check_minor("guardian", Bounds(guard=Guard()))
    for minors, bounds in (("guardian", Bounds()), ("refuse", Bounds(guard=Guard()))):
        with pytest.raises(Refusal, match="minor"):
            check_minor(minors, bounds)
