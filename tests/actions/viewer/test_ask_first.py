from __future__ import annotations

import pytest

from app.actions.viewer.ask_first import ask_first, asking
from app.archive import approvals, guardians
from app.archive.archive import Archive
from app.base.errors import Refusal
from app.rules.approvals import HOLD_MS, About, Approval
from app.rules.guardians import Link

LINK = Link(ward="ann", ward_name="Ann", guardian="gil", guardian_name="Gil", since_ms=7, via="platform")


def wish(now_ms: int, mark: str = "m") -> Approval:
    """Ann asks for a room to be promoted."""
    return asking("promotion", "ann", "k", mark, 500, About(room="main"), now_ms)


async def told(archive: Archive, now_ms: int, mark: str = "m") -> str:
    """What it comes to."""
    try:
        waits = await archive.write(ask_first, wish(now_ms, mark))
    except Refusal as refusal:
        return f"{refusal.slug} {refusal.details.get('limit', '')}".strip()
    return waits.state if waits else "goes"


@pytest.mark.parametrize(
    ("decided", "at_ms", "expected"),
    [
        (None, HOLD_MS, "asked"),
        (None, HOLD_MS + 1, "limit_reached guardian"),
        (False, 5, "limit_reached guardian"),
        (True, HOLD_MS + 3, "goes"),
        (True, HOLD_MS + 4, "limit_reached guardian"),
    ],
)
async def test_it_goes_where_that_was_agreed_to(
    archive: Archive, decided: bool | None, at_ms: int, expected: str
) -> None:
    """Asked once; with a yes it goes for ten minutes, with a no, or without an answer in time, never."""
    assert "limit_reached guardian" == await told(archive, 0)
    await archive.write(guardians.link, LINK)
    assert ["asked", "asked"] == [await told(archive, now_ms) for now_ms in (1, 2)]
    assert "id_reused" == await told(archive, 2, "another")
    if decided is not None:
        await archive.write(approvals.decide, "gil", wish(1).id, decided, 4)

    assert expected == await told(archive, at_ms)
    assert 1 == len(await archive.read(approvals.listed, "gil"))
