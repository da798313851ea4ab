from __future__ import annotations

from app.archive.archive import Archive
from app.archive.moderation import append, forget_texts, page
from app.rules.audit_log import Act
from app.rules.moderation import TEXT_KEPT_MS


async def test_texts_are_kept_for_thirty_days(archive: Archive) -> None:
    """Each room has its own log, a page at a time; a text is shown for thirty days, then forgotten."""
    for i, room in enumerate(("main", "side", "main")):
        act = Act("person:mo", "remove_comment", "ann", f"reason {i}", f"room {room}")
        await archive.write(append, room, act, f"text {i}", 1000 + i)

    entries = await archive.read(page, "main", None, 9, 1000 + TEXT_KEPT_MS)
    assert [("reason 2", "text 2"), ("reason 0", "text 0")] == [(entry.reason, entry.text) for entry in entries]
    assert ["text 2", ""] == [e.text for e in await archive.read(page, "main", None, 9, 1001 + TEXT_KEPT_MS)]
    assert ["text 0"] == [e.text for e in await archive.read(page, "main", entries[0].n, 9, 1000)]

    assert [0, 2, 0] == [await archive.write(forget_texts, late_ms + TEXT_KEPT_MS) for late_ms in (1000, 1002, 1002)]
    assert ["text 2", ""] == [e.text for e in await archive.read(page, "main", None, 9, 1000)]
