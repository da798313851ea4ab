"""Whatever is entered, and however it is archived and trimmed meanwhile, the books are in order, whoever looks."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.actions.books import archive_journal
from app.actions.books.look_up import look_up_in
from app.actions.books.reconcile import reconcile
from app.actions.books.tell_audit import tell_audit
from app.actions.verify_ledger import verify_ledger
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.rules.moves import Move
from app.store.audit import Audit
from app.store.journal import Journal
from app.store.moves import Moves
from tests.actions.books.test_auditor import auditor_on
from tests.archiving import archive_all, archiver_on
from tests.store import moving
from tests.world import EPOCH, World

MOVE = st.tuples(
    st.sampled_from(moving.MAKERS), st.sampled_from(["ann", "bob", "sam"]), st.sampled_from([1, 7, 500, 2000, 699_000])
)
STEP = st.one_of(st.lists(MOVE, min_size=1, max_size=6), st.sampled_from(["archive", "trim", "audit", "gifts"]))
Step = str | list[tuple[Callable[[str, int], Move], str, int]]


@pytest.fixture
def template(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty archive to copy; of the journal, the store keeps little."""
    monkeypatch.setattr(archive_journal, "KEPT", 2)
    archive = Archive(sqlite_url(tmp_path / "template.db"))
    archive.write_now(migrate)
    archive.close()
    return tmp_path / "template.db"


@asynccontextmanager
async def copied(template: Path) -> AsyncIterator[Archive]:
    """An empty archive of an example's own."""
    path = template.with_name("copy.db")
    shutil.copy(template, path)
    archive = Archive(sqlite_url(path))
    try:
        yield archive
    finally:
        archive.close()
        path.unlink()


async def take(step: Step, world: World, archive: Archive) -> None:
    """Takes a step."""
    if step == "archive":
        await archive_all(world, archive)
    elif step == "trim":
        await archiver_on(world.store, archive).trim()
    elif step == "audit":
        assert [] == (await auditor_on(world, archive).step()).drifts
    elif step == "gifts":
        await world.send(world.order("ann", "swan"), world.order("bob", "heart", room="side"))
    else:
        assert isinstance(step, list)
        await world.moves.post([make(user, amount) for make, user, amount in step])


@given(steps=st.lists(STEP, max_size=15))
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_ledger_is_proved_and_agrees(world: World, template: Path, steps: list[Step]) -> None:
    """After any steps a proof from the last one on and one from the beginning say the same, store and books agree in
    each account, and nothing drifts.
    """
    await world.be_born()
    async with copied(template) as archive:
        world.moves = Moves([world.ledger], look_up_in(archive))
        for step in steps:
            await take(step, world, archive)
        audit, journal = Audit(world.store), Journal(world.store, EPOCH)
        later, full = [await verify_ledger([audit], archive, [journal], full=full) for full in (False, True)]
        found = await reconcile([audit], archive, [journal], lambda what, done, of: None)
        told = await tell_audit([audit], archive, [journal], EPOCH)

    assert ([], [], [], [], 0) == (later.problems, full.problems, found.differences, found.problems, told.drift)
    assert {later.n} == {full.n, found.n, told.n}
    for name in ("issued", "spent", "clawed_back", "in_wallets", "owed", "minted_milli", "held_milli", "paid_milli"):
        assert getattr(later, name) == getattr(full, name), name
    assert (full.issued, full.in_wallets, full.spent, full.owed) == (told.issued, told.wallets, told.spent, told.owed)
