from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.actions.read_tariff import read_tariff
from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.archive.migrate import migrate
from app.archive.moderation import append, page
from app.base.clock import now_ms
from app.base.config import Settings
from app.base.errors import ConfigError
from app.edge.clock import bookkeeping as module
from app.edge.clock.bookkeeping import Bookkeeping
from app.rules.audit_log import Act
from app.rules.moderation import TEXT_KEPT_MS
from app.store.epoch import remember_epoch
from tests.archiving import finally_true
from tests.edge.client import eventually
from tests.world import EPOCH, World


def settings_in(folder: Path, address: str, **changed: object) -> Settings:
    """Settings of a folder to which the world's ledger belongs."""
    remember_epoch(folder, EPOCH)
    return Settings(data=folder, archive_url=address, **{"hold_s": 0, **changed})  # type: ignore[arg-type]


@pytest.fixture
async def kept(world: World, tmp_path: Path, address: str) -> AsyncIterator[Bookkeeping]:
    """A bookkeeper that keeps a world's books."""
    books = Bookkeeping(settings_in(tmp_path, address), world.store.url)
    await books.start()
    yield books
    await books.stop()


async def archived_n(address: str) -> int:
    """How far an archive goes, as somebody else sees it."""
    archive = Archive(address)
    try:
        return (await archive.read(read_cursor)).n
    finally:
        archive.close()


async def test_what_happens_is_archived_and_settled(world: World, kept: Bookkeeping, address: str) -> None:
    """Gifts reach the archive by themselves, earnings become available after their hold, and metrics tell of it."""
    await world.grant("ann", 100)
    await world.send(world.order(), world.order(gift="heart"))

    async def done() -> bool:
        available = await world.store.call("HGET", world.keys.available, "sam")
        return available == b"6000" and await archived_n(address) == 4

    await finally_true(done)
    # What is archived is counted a moment later.
    counted = {"fanfare_archived_entries_total 4.0", "fanfare_books_broken 0.0"}
    await eventually(lambda: counted <= set(kept.metrics.render().decode().splitlines()))


async def test_earnings_mature_by_the_ledgers_time(world: World, tmp_path: Path) -> None:
    """Where the ledger's time is not the machine's, a hold is over when the ledger says so."""
    await world.store.call("HSET", world.keys.totals, "shift", 3_600_000, "steps", 1)
    await world.grant("ann", 100)
    await world.send(world.order())
    await world.store.call("HSET", world.keys.totals, "shift", 3_700_000, "steps", 2)
    books = Bookkeeping(settings_in(tmp_path, "", hold_s=50), world.store.url)
    await books.start()

    async def settled() -> bool:
        return bool(await world.store.call("HGET", world.keys.available, "sam") == b"1000")

    await finally_true(settled)
    await books.stop()
    delays = [line for line in books.metrics.render().decode().splitlines() if "archive_delay_seconds_sum" in line]

    assert 50 < float(delays[0].split()[-1]) < 1000


async def test_two_bookkeepers_do_no_harm(
    world: World, kept: Bookkeeping, address: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Two that keep the same books at once archive and settle everything once, without a complaint."""
    other = Bookkeeping(settings_in(tmp_path, address), world.store.url)
    await other.start()
    await world.grant("ann", 100)
    for _ in range(5):
        await world.send(world.order())
        await asyncio.sleep(0.05)

    async def settled() -> bool:
        values = await world.store.call("HMGET", world.keys.available, "sam", "sue")
        return values[0] == b"5000" and await archived_n(address) == int(
            await world.store.call("HGET", world.keys.totals, "n")
        )

    await finally_true(settled)
    await other.stop()

    assert [] == [record for record in caplog.records if record.levelno >= logging.ERROR]


async def test_removed_texts_are_forgotten_by_themselves(world: World, tmp_path: Path, address: str) -> None:
    """What was removed thirty days ago is gone without anybody's doing anything in any room."""
    archive = Archive(address)
    await archive.write(migrate)
    act, removed_ms = Act("person:mo", "remove_comment", "ann", "rude", "room main"), now_ms() - TEXT_KEPT_MS - 1000
    await archive.write(append, "main", act, "words", removed_ms)
    books = Bookkeeping(settings_in(tmp_path, address), world.store.url)
    await books.start()

    async def forgotten() -> bool:
        return [""] == [entry.text for entry in await archive.read(page, "main", None, 9, removed_ms)]

    await finally_true(forgotten)
    await books.stop()
    archive.close()


async def test_it_waits_for_its_archive(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """An archive that is not there yet is waited for, with a word in the log; gifts go on meanwhile."""
    monkeypatch.setattr(module, "OPEN_AGAIN_S", 0.01)
    (tmp_path / "place").touch()
    address = f"sqlite:///{tmp_path}/place/archive.db"
    books = Bookkeeping(settings_in(tmp_path / "d", address), world.store.url)
    starting = asyncio.create_task(books.start())
    await eventually(lambda: "the books wait" in caplog.text)
    await world.grant("ann", 5)
    (tmp_path / "place").unlink()
    await starting

    async def archived() -> bool:
        return await archived_n(address) == 1

    await finally_true(archived)
    await books.stop()


async def test_broken_books_are_said_loudly(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A journal that does not continue the archive stops the archiver with an error and a metric."""
    await world.grant("ann", 5)
    await world.grant("ann", 5)
    await world.store.call("XTRIM", world.keys.journal, "MAXLEN", 1)
    books = Bookkeeping(settings_in(tmp_path, ""), world.store.url)
    await books.start()
    await eventually(lambda: "THE BOOKS ARE BROKEN" in caplog.text)
    await books.stop()

    assert "fanfare_books_broken 1.0" in books.metrics.render().decode().splitlines()


async def test_an_address_that_is_none_is_an_error(world: World, tmp_path: Path) -> None:
    """A wrong address of the archive says which setting is wrong."""
    with pytest.raises(ConfigError, match="FANFARE_ARCHIVE_URL"):
        Bookkeeping(settings_in(tmp_path, "mysql://somewhere"), world.store.url)


@pytest.mark.parametrize(
    ("changed", "card", "hold_s"),
    [
        ({"hold_s": 5}, "us-1", 5),
        ({"hold_s": -1, "demo": True}, "us-1", 20),
        ({"hold_s": -1}, "no such card", 7 * 86_400),
    ],
)
def test_the_hold_is_the_cards_or_the_settings(
    changed: dict[str, object], card: str, hold_s: int, tmp_path: Path
) -> None:
    """A setting counts before the rate card, and an unknown card is taken as the platform's own."""
    settings = settings_in(tmp_path, "", **changed)

    assert hold_s * 1000 == module.hold_ms_of(settings, read_tariff(settings, now_ms()))(card)


def test_each_card_has_its_own_hold(tmp_path: Path) -> None:
    """Diamonds are pending as long as the card says by which they were earned."""
    settings = settings_in(tmp_path, "", hold_s=-1)
    tariff = read_tariff(settings, now_ms())
    card = tariff.rate_card("JP", now_ms())

    assert card.hold_days * 86_400_000 == module.hold_ms_of(settings, tariff)(card.id)
