"""Ends the streaks whose five seconds are over, those of dead workers too.

Any worker may ask, as often as it likes: the store ends each streak once.
"""

from __future__ import annotations

from app.base.clock import Clock
from app.store.rooms import Rooms

SWEEP_MAX = 500
LOOK_EVERY_S = 1.0
# A busy room's streaks come due one by one: those of a tenth of a second are looked at together.
LOOK_AGAIN_S = 0.1


async def end_due_streaks(rooms: Rooms, clock: Clock) -> float:
    """Ends what is due and returns in how many seconds to look again: a new streak runs for five at least."""
    for room, fields in (await rooms.due_streaks(clock(), SWEEP_MAX)).items():
        await rooms.end_streaks(room, fields)
    next_ms = await rooms.next_due_ms()
    if next_ms is None:
        return LOOK_EVERY_S
    return min(max((next_ms + 1 - clock()) / 1000, LOOK_AGAIN_S), LOOK_EVERY_S)
