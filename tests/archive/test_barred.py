from __future__ import annotations

from functools import partial

from msgspec.structs import replace

from app.archive import audit_log
from app.archive.archive import Archive
from app.archive.barred import barred_page, change_barred, find_barred
from app.rules.audit_log import Act
from app.rules.barred import Barred


async def test_each_change_is_kept_with_who_made_it(archive: Archive) -> None:
    """What was decided is found as it was, with a greater version each time, and each act is in the audit log."""
    for user, banned in (("ann", True), ("bob", True), ("ann", False)):
        act = Act("platform", "ban" if banned else "unban", user, "a test")
        await archive.write(change_barred, user, partial(replace, banned=banned), act, 5)
    log = await archive.read(audit_log.page, audit_log.Search(), 9)

    assert [Barred(version=1, banned=True), Barred()] == [
        await archive.read(find_barred, user) for user in ("bob", "eve")
    ]
    assert [("ann", Barred(version=2))] == await archive.read(barred_page, "", 1)
    assert [("bob", Barred(version=1, banned=True))] == await archive.read(barred_page, "ann", 9)
    assert [("unban", "ann"), ("ban", "bob"), ("ban", "ann")] == [(entry.what, entry.whom) for entry in log]
