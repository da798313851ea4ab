from __future__ import annotations

from app.archive.archive import Archive
from app.archive.moderation import append, page
from app.edge.clock.forget_round import FORGET_EVERY_S, forget_round
from app.rules.audit_log import Act
from app.rules.moderation import TEXT_KEPT_MS


async def test_texts_go_when_their_time_is_over(archive: Archive) -> None:
    """A text of thirty days goes with the next round, a younger one stays, and who did what stays in any case."""
    for reason, at_ms in (("old", 1000), ("young", 2000)):
        act = Act("person:mo", "remove_comment", "ann", reason, "room main")
        await archive.write(append, "main", act, f"{reason} words", at_ms)
    round_ = forget_round(archive, lambda: 1500 + TEXT_KEPT_MS)

    assert [FORGET_EVERY_S] * 2 == [await round_() for _ in range(2)]
    found = await archive.read(page, "main", None, 9, 1500)
    assert [("young", "young words"), ("old", "")] == [(entry.reason, entry.text) for entry in found]
