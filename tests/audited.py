"""What the audit log of an archive says."""

from __future__ import annotations

from app.archive import audit_log
from app.archive.archive import Archive
from app.archive.audit_log import Search

Words = tuple[str, str, str, str, str]


async def acts(archive: Archive) -> list[Words]:
    """Who did what to whom, why, and the details of it, the oldest first; the log's chain holds."""
    assert [] == (await archive.read(audit_log.prove)).problems
    found = await archive.read(audit_log.page, Search(), 100)
    return [(entry.who, entry.what, entry.whom, entry.reason, entry.details) for entry in reversed(found)]
