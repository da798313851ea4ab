from __future__ import annotations

from app.archive.archive import Archive
from app.archive.frozen import frozen_among, frozen_page
from app.archive.recorder import Recorder
from app.rules.entries import Freeze, Unfreeze
from tests.journal import Journal


async def test_who_is_frozen(archive: Archive) -> None:
    """Those who were frozen, and not unfrozen since, are found among others, and page by page."""
    journal = Journal()
    journal.write(*(Freeze(id=f"f-{user}", user=user, reason="r", by="op") for user in ("bob", "ann", "eve")))
    journal.write(Unfreeze(id="u", user="bob", reason="r", by="op"))
    await archive.write(Recorder("e1", lambda _: 0).record, journal.placed)

    assert {"ann"} == await archive.read(frozen_among, ["ann", "bob", "nobody"])
    assert set() == await archive.read(frozen_among, [])
    assert ["ann", "eve"] == await archive.read(frozen_page, "", 10)
    assert (["ann"], ["eve"], []) == tuple([await archive.read(frozen_page, after, 1) for after in ("", "ann", "eve")])
