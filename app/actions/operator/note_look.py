"""Whoever looks at another person's data is written down, before anything is shown."""

from __future__ import annotations

from app.archive import audit_log
from app.archive.archive import Archive
from app.rules.actors import PLATFORM
from app.rules.audit_log import Act


async def note_look(archive: Archive, by: str, what: str, whom: str, now_ms: int) -> None:
    """Writes it down once an hour; a look that stands in the log already writes nothing.

    The platform's key is its backend's, which looks for everyone at their own: it is not written down.

    Raises:
        ArchiveError: it cannot be written down.
    """
    look = Act(by, what, whom)
    if by != PLATFORM and not await archive.read(audit_log.has_look, look, now_ms):
        await archive.write(audit_log.append_look, look, now_ms)
