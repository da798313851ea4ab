from __future__ import annotations

import pytest

from app.actions.operator.note_look import note_look
from app.archive import audit_log
from app.archive.archive import Archive
from app.archive.audit_log import LOOK_MS, Search
from app.rules.actors import PLATFORM


async def test_a_look_is_written_down_once_an_hour(books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Again within the hour it is only looked for, and so is nothing of the platform's; later it stands there twice."""
    await note_look(books, "person:op", "look_at_case", "c", 0)
    with monkeypatch.context() as patched:
        patched.setattr(books, "write", None)
        await note_look(books, "person:op", "look_at_case", "c", LOOK_MS - 1)
        await note_look(books, PLATFORM, "look_at_case", "c", 0)
    await note_look(books, "person:op", "look_at_case", "c", LOOK_MS)

    assert [2, 1] == [entry.n for entry in await books.read(audit_log.page, Search(whom="c"), 9)]
