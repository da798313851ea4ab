"""How long to wait before the next attempt; the dice are passed in."""

from __future__ import annotations

WAIT_MIN_S, WAIT_MAX_S = 0.5, 20.0


def wait_before(attempt: int, dice: float, least_s: float = WAIT_MIN_S, most_s: float = WAIT_MAX_S) -> float:
    """Seconds, anywhere between the least and a ceiling that doubles with each attempt, from 0.

    A crowd that lost its server at one moment does not come back at one moment. `dice` are from 0 up to 1.
    """
    ceiling_s = min(most_s, least_s * float(2 ** (min(attempt, 16) + 1)))
    return least_s + dice * (ceiling_s - least_s)
