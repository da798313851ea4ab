from __future__ import annotations

import pytest

from app.archive import drifts as module
from app.archive.archive import Archive
from app.archive.drifts import Drift, drifts, note_drifts


async def test_what_is_noted_takes_the_place_of_what_was(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """What differs is there as it was noted, the oldest first, until something else is noted; a bounded number."""
    a, b, c = (Drift(what, f"{what} differs", 5, since_ms) for what, since_ms in (("a", 9), ("b", 3), ("c", 4)))
    assert [] == await archive.read(drifts)
    await archive.write(note_drifts, [a, b])
    assert [b, a] == await archive.read(drifts)
    monkeypatch.setattr(module, "KEPT", 2)
    await archive.write(note_drifts, [c, a, b])
    assert [c, a] == await archive.read(drifts)
    await archive.write(note_drifts, [])
    assert [] == await archive.read(drifts)
