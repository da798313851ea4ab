from __future__ import annotations

from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.frozen import frozen_among, frozen_by, frozen_page
from app.archive.recorder import Recorder
from app.rules.entries import Freeze, Unfreeze
from app.rules.partitions import partition
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


async def test_each_partition_has_its_own_word(archive: Archive) -> None:
    """All are told, each is archived when it is: what counts of a person is what stands in their own partition."""
    await archive.write(begin_cursors, 2)
    for k, kinds in enumerate(((Freeze, Unfreeze), (Freeze,))):
        journal = Journal()
        journal.write(*(kind(id=kind.__name__, user="ann", reason="r", by="op") for kind in kinds))
        await archive.write(Recorder("e1", lambda _: 0, k).record, journal.placed)

    assert [set(), {"ann"}] == [await archive.read(frozen_among, ["ann"], k) for k in range(2)]
    assert [[], ["ann"]] == [await archive.read(frozen_page, "", 9, k) for k in range(2)]
    assert (None, 1)[partition("ann", 2)] == await archive.read(frozen_by, "ann")
