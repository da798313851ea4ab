from __future__ import annotations

from app.archive.archive import Archive
from app.archive.maturing import Due, due, next_due_ms
from app.archive.recorder import Recorder
from app.rules.entries import Settlement
from tests.journal import BORN_MS, Journal, gift, grant

HOLD_MS = 8000


async def test_what_is_due_is_told_by_streamer(archive: Archive) -> None:
    """What was earned is due after its hold, summed up, with the moment of the last settlement."""
    journal, recorder = Journal(), Recorder("e1", lambda _: HOLD_MS)
    journal.write(grant("ann", 100))
    journal.write(gift("ann", "sam", 2), gift("ann", "sue", 3), gift("ann", "sam", 5))
    journal.write(gift("ann", "sam", 7), after_ms=4000)
    await archive.write(recorder.record, journal.placed)
    first_ms = BORN_MS + 2000 + HOLD_MS

    assert [] == await archive.read(due, first_ms - 1, 10)
    assert [Due("sam", 7000, 0), Due("sue", 3000, 0)] == await archive.read(due, first_ms, 10)
    assert [Due("sam", 7000, 0)] == await archive.read(due, first_ms, 1)
    assert [Due("sam", 14_000, 0), Due("sue", 3000, 0)] == await archive.read(due, first_ms + 4000, 10)
    assert first_ms == await archive.read(next_due_ms)

    journal.write(Settlement(id="sam:0", user="sam", milli=7000, since_ms=0, until_ms=first_ms))
    await archive.write(recorder.record, journal.placed[-1:])

    assert [Due("sue", 3000, 0)] == await archive.read(due, first_ms, 10)
    assert [Due("sue", 3000, 0), Due("sam", 7000, first_ms)] == await archive.read(due, first_ms + 4000, 10)
    assert first_ms + 4000 == await archive.read(next_due_ms, "sam")


async def test_nothing_is_due_of_nothing(archive: Archive) -> None:
    """Where nothing is pending, nothing is due, ever."""
    assert ([], None, None) == (
        await archive.read(due, 2**50, 10),
        await archive.read(next_due_ms),
        await archive.read(next_due_ms, "sam"),
    )
