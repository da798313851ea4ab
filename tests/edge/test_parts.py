"""A worker's beginning and end, and the ledger it belongs to: an empty or foreign store is never taken for ours."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.archive.recorder import Recorder
from app.base.config import Settings
from app.base.errors import ConfigError
from app.edge.parts import Parts
from app.rules.messages import Error, GiftAccepted
from app.store.epoch import known_epoch
from app.store.keys import Keys
from app.store.server import StoreServer
from tests.edge.client import eventually
from tests.edge.inside import worker
from tests.edge.product import Product
from tests.edge.site import API_KEY, SECRET, new_id
from tests.journal import Journal, grant

SETTINGS = {"gift_rate": 0}
FLUSHED = "uninitialised"


async def assert_uninitialised(product: Product, room: str) -> None:
    """Nothing is spent, granted, opened or shown; each refusal says why and that it may be tried again."""
    async with product.http(product.token("ann")) as http, product.platform() as platform:
        grant = {"user": "ann", "coins": 1, "reason": "a test"}
        new_room = {"id": "new", "title": "New", "streamer": {"id": "s", "name": "S"}}
        answers = [
            await http.get("/readyz"),
            await http.get("/v1/me/wallet"),
            await http.get(f"/v1/gift-sends/{new_id()}"),
            await http.get(f"/v1/rooms/{room}/leaderboard"),
            await platform.post("/v1/grants", json=grant, headers={"Idempotency-Key": new_id()}),
            await platform.post("/v1/rooms", json=new_room),
        ]
        assert [(503, FLUSHED, True)] * len(answers) == [
            (answer.status_code, answer.json()["error"], answer.json()["retryable"]) for answer in answers
        ]
        assert 200 == (await http.get("/livez")).status_code


async def test_flushed_store_is_not_an_empty_wallet(product: Product) -> None:
    """After FLUSHALL a gift is refused as `uninitialised`, never for lack of coins; a restart changes nothing."""
    room = await product.open_room("flushed")
    await product.grant("ann", 100)
    async with product.join("ann", room) as ann:
        assert isinstance(await ann.send_gift(new_id()), GiftAccepted)
        product.ask_store("FLUSHALL")
        gift_id = new_id()
        refused = await ann.send_gift(gift_id)
        assert isinstance(refused, Error)
        assert (FLUSHED, True) == (refused.error, refused.retryable)
        await ann.say({"type": "send_comment", "id": "c", "text": "hello?"})
        comment = await ann.answer("c")
        assert isinstance(comment, Error)
        assert FLUSHED == comment.error
    await assert_uninitialised(product, room)
    assert 0 == product.ask_store("EXISTS", Keys().totals, Keys().coins, Keys().journal)

    assert 0 == await asyncio.to_thread(product.stop)
    await asyncio.to_thread(product.start)
    await assert_uninitialised(product, room)
    async with product.connect(room) as client:
        await client.say({"type": "hello", "token": product.token("ann")})
        error = await client.until(Error)
        assert FLUSHED == error.error
        assert 4004 == await client.closed()
    assert FLUSHED in product.complaints()


def parts_of(folder: Path, store: StoreServer, **settings: object) -> Parts:
    """A worker's parts that are not started."""
    given = {"secret": SECRET, "api_key": API_KEY, "demo": True, **settings}
    return Parts(Settings(data=folder, **given), store.url, 0)  # type: ignore[arg-type]


async def test_first_start_births_a_ledger_and_remembers_it(store: StoreServer, tmp_path: Path) -> None:
    """The epoch of a new ledger is written into the data folder; the next start finds the same one."""
    for _ in range(2):
        parts = parts_of(tmp_path / "d", store)
        hub = await parts.start()
        assert hub.partitions.common.epoch == (tmp_path / "d" / "ledger.epoch").read_text()
        await parts.stop()


async def test_foreign_ledger_is_refused(store: StoreServer, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A data folder that belongs to another ledger gets `uninitialised`, and the log says which is which."""
    (tmp_path / "ledger.epoch").write_text("0123456789abcdef")
    parts = parts_of(tmp_path, store)
    hub = await parts.start()
    try:
        assert "0123456789abcdef" == hub.partitions.common.epoch
        assert "belongs to ledger 0123456789abcdef" in caplog.text
        assert "the demo's rooms cannot be opened" in caplog.text
    finally:
        await parts.stop()


async def test_empty_epoch_file_is_not_a_first_start(store: StoreServer, tmp_path: Path) -> None:
    """A worker does not start with an empty epoch file, and the file stays as it is."""
    (tmp_path / "ledger.epoch").touch()
    parts = parts_of(tmp_path, store)
    with pytest.raises(ConfigError, match=r"ledger\.epoch is empty"):
        await parts.start()
    await parts.stop()

    assert "" == (tmp_path / "ledger.epoch").read_text()


async def test_damaged_ledger_stops_the_start(tmp_path: Path) -> None:
    """Wallets without the totals that belong to them are not taken for an empty store."""
    server = StoreServer(tmp_path / "s")
    server.start()
    try:
        async with worker(server.url) as site:
            await site.grant("ann", 5)
        parts = parts_of(tmp_path / "d", server)
        await parts._store.call("DEL", Keys().totals)
        with pytest.raises(ConfigError, match="damaged"):
            await parts.start()
        await parts.stop()
    finally:
        server.stop()


async def test_worker_that_stops_takes_its_viewers_off_the_count(store: StoreServer) -> None:
    """The number of viewers is right at once, not only when the worker's note has run out."""
    async with worker(store.url) as staying:
        room = await staying.open_room("count")
        async with worker(store.url) as leaving, staying.join("ann", room), leaving.join("bob", room):
            await eventually(lambda: staying.hub.live[room].viewers_everywhere == 2)
        async with staying.join("cat", room):
            _, viewers = (await staying.hub.partitions.rooms[0].shown([room]))[room]
            assert viewers <= 2
            await eventually(lambda: staying.hub.live[room].viewers_everywhere == 1)


async def test_worker_that_stops_waits_for_nothing(own_store: StoreServer) -> None:
    """Whoever was being welcomed while the store was away is waited for no longer once the worker has stopped."""
    async with worker(own_store.url, drain_s=0) as site:
        own_store.stop()
        async with site.connect("unopened") as client:
            await client.say({"type": "hello", "token": site.token("ann")})
            await eventually(lambda: site.hub._opening)
    await asyncio.sleep(0)

    assert [] == [task for task in asyncio.all_tasks() if "Hub" in repr(task) or "Joiner" in repr(task)]


async def keep_books(path: Path) -> None:
    """Makes an archive with the books of a ledger, `e7`."""
    journal, archive = Journal(), Archive(sqlite_url(path))
    journal.write(grant("ann", 5))
    await archive.write(migrate)
    await archive.write(Recorder("e7", lambda card: 0).record, journal.placed)
    archive.close()


async def test_a_lost_folder_is_no_first_start(store: StoreServer, tmp_path: Path) -> None:
    """An empty store beside an archive with books is not given a ledger of its own: it waits to be rebuilt."""
    await keep_books(tmp_path / "books.db")
    settings = Settings(data=tmp_path / "d", archive_url=sqlite_url(tmp_path / "books.db"))
    parts = Parts(settings, f"{store.url}?db=7", 0)
    await parts.start()
    assert parts.watch is not None
    troubles = [trouble.reason for trouble in parts.watch.troubles.all()]
    await parts.stop()

    assert "e7" == known_epoch(settings.data)
    assert ["uninitialised"] == troubles


async def test_an_archive_that_comes_late_is_waited_for(
    store: StoreServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Where the archive alone can tell a first start from a lost folder, no ledger is born before it has."""
    await keep_books(tmp_path / "kept" / "books.db")
    there = tmp_path / "there"
    # No archive can be opened in it.
    there.touch()
    settings = Settings(data=tmp_path / "d", archive_url=sqlite_url(there / "books.db"))
    parts = Parts(settings, f"{store.url}?db=7", 0)
    starting = asyncio.create_task(parts.start())
    await eventually(lambda: starting.done() or "whether this is a first start is not known" in caplog.text)
    there.unlink()
    (tmp_path / "kept").rename(there)
    await starting
    await parts.stop()

    assert "e7" == known_epoch(settings.data)
