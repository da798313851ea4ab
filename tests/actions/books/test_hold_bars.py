from __future__ import annotations

import pytest
from msgspec.structs import replace

from app.actions.books.hold_bars import hold_bars
from app.actions.operator import bar_person as module
from app.archive.archive import Archive
from app.base.errors import StoreError
from app.rules.actors import PLATFORM
from app.rules.audit_log import Act
from app.rules.barred import Barred
from app.store.barred import all_barred
from tests.world import World


async def test_a_ban_that_was_not_told_holds(world: World, books: Archive, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever decides may die between the archive and the store: it is put there by a later look, and once."""

    async def dies(*_: object) -> None:
        raise StoreError("gone")

    def ban(barred: Barred) -> Barred:
        return replace(barred, banned=True)

    monkeypatch.setattr(module, "put_barred", dies)
    with pytest.raises(StoreError):
        await module.bar_person(world.standing, books, Act(PLATFORM, "ban", "ann", "why"), ban, 5)
    assert {} == await all_barred(world.standing)

    assert [1, 1] == [await hold_bars(books, world.standing) for _ in range(2)]
    assert (await all_barred(world.standing))["ann"].banned
