"""What minors may do: nothing that moves value, or what a linked guardian answers for."""

from __future__ import annotations

from typing import Literal

from app.base.errors import Refusal
from app.rules.spending import Bounds

Minors = Literal["refuse", "guardian"]
"""As FANFARE_MINORS says it."""
NEITHER, SENDER, RECEIVER = 0, 1, 2


def guarded(minors: str, *, sender: bool, receiver: bool) -> int:
    """Which of the two needs a guardian, as the gift script reads it: bits of SENDER and RECEIVER.

    Args:
        minors: the setting.
        sender: whether the one who gives is a minor.
        receiver: whether the one who is given to is.

    Raises:
        Refusal: `minor`.
    """
    if not (sender or receiver):
        return NEITHER
    if minors != "guardian":
        raise Refusal("minor")
    return (SENDER if sender else NEITHER) | (RECEIVER if receiver else NEITHER)


def check_minor(minors: str, bounds: Bounds) -> None:
    """What a minor wants to spend or buy. Raises Refusal `minor` where no guardian answers for it."""
    if minors != "guardian" or bounds.guard is None:
        raise Refusal("minor")
