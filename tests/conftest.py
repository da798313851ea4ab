"""Fixtures that several floors share: a real store, never a fake one."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest

from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.store.cluster_server import ClusterServer
from app.store.server import StoreServer
from tests.edge.product import Product
from tests.fault_proxy import FaultProxy, fault_proxy
from tests.postgres import Postgres
from tests.world import World, world_at

# How long an example takes says something about the machine, and nothing about the code.
hypothesis.settings.register_profile("fanfare", deadline=None)
hypothesis.settings.load_profile("fanfare")
# Who needs these takes long, the first of them longest; whoever has a time limit of its own takes longer still.
LONG = ("browser", "product", "address")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that take long come first, so that no worker is left alone with one at the end."""
    ranks: dict[Path, int] = {}
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, len(LONG)), _rank(item))
    items.sort(key=lambda item: ranks[item.path])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module about money says with how many partitions it runs."""
    counts: tuple[int, ...] = getattr(metafunc.module, "PARTITIONS", ())
    if counts and "product" in metafunc.fixturenames:
        metafunc.parametrize("partitions", counts, scope="module", ids=[f"P{count}" for count in counts])


def _rank(item: pytest.Item) -> int:
    if item.get_closest_marker("timeout"):
        return -1
    names: list[str] = getattr(item, "fixturenames", [])
    return next((rank for rank, name in enumerate(LONG) if name in names), len(LONG))


@pytest.fixture(scope="session")
def store_url() -> Iterator[str]:
    """The unix:// address of a store that lives as long as the test session."""
    # pytest's own folders have long names; a unix socket's path may not be long.
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        server = StoreServer(Path(folder))
        server.start()
        yield server.url
        server.stop()


@pytest.fixture
def cluster(shared_cluster: ClusterServer) -> ClusterServer:
    """The cluster with nothing in it."""
    for k in range(len(shared_cluster.servers)):
        if b"role:master" in shared_cluster.ask(k, "INFO", "replication"):
            shared_cluster.ask(k, "FLUSHALL")
    return shared_cluster


@pytest.fixture(scope="session")
def shared_cluster() -> Iterator[ClusterServer]:
    """A cluster that lives as long as the test session; whoever harms it leaves it whole."""
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        server = ClusterServer(Path(folder), node_timeout_ms=1000)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder of a test's own with a short name."""
    with tempfile.TemporaryDirectory(prefix="fanfare-tests-") as folder:
        yield Path(folder)


@pytest.fixture
async def world(store_url: str) -> AsyncIterator[World]:
    """A newborn ledger with rooms, in a database of its own."""
    async with world_at(f"{store_url}?db=1") as world:
        yield world


@pytest.fixture
async def parted(store_url: str) -> AsyncIterator[World]:
    """The same in four partitions: sam's room is in the first, sue's in the last."""
    async with world_at(f"{store_url}?db=1", 4) as world:
        yield world


@pytest.fixture
async def proxy(store_url: str, short_path: Path) -> AsyncIterator[FaultProxy]:
    """A way to the store that can be broken."""
    async with fault_proxy(store_url, short_path / "proxy.sock") as proxy:
        yield proxy


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder with a short name: a unix socket's path may not be long."""
    with tempfile.TemporaryDirectory(prefix="fanfare-edge-") as name:
        yield Path(name)


@pytest.fixture(scope="module")
def partitions() -> int:
    """How many partitions the product's ledger has: a module whose `PARTITIONS` are several runs with each of them."""
    return 1


@pytest.fixture(scope="module")
def product(request: pytest.FixtureRequest, folder: Path, empty_books: Path, partitions: int) -> Iterator[Product]:
    """The product with a module's own `SETTINGS`; whatever the module does to it, it says no "Traceback"."""
    home = folder / str(partitions)
    home.mkdir()
    product = Product(home, **{"partitions": partitions, **getattr(request.module, "SETTINGS", {})})
    product.begin_with(empty_books)
    product.start()
    yield product
    product.end()
    assert "Traceback" not in product.complaints(), product.complaints()


@pytest.fixture
def own_store() -> Iterator[StoreServer]:
    """A store of the test's own, which may be stopped and started."""
    with tempfile.TemporaryDirectory(prefix="fanfare-edge-") as name:
        server = StoreServer(Path(name))
        server.start()
        yield server
        server.stop()


@pytest.fixture(scope="module")
def store(folder: Path) -> Iterator[StoreServer]:
    """A store for a worker inside the test's own process."""
    server = StoreServer(folder / "s")
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that lives as long as the test session; its databases are born with the archive's tables."""
    with tempfile.TemporaryDirectory(prefix="fanfare-pg-") as folder:
        server = Postgres(Path(folder))
        server.start()
        archive = Archive(server.url("template1"))
        archive.write_now(migrate)
        archive.close()
        yield server
        server.stop()


@pytest.fixture(scope="session")
def empty_books(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive in SQLite with its tables and nothing in them, to be copied: its file is whole."""
    path = tmp_path_factory.mktemp("empty") / "books.db"
    archive = Archive(sqlite_url(path))
    archive.write_now(migrate)
    archive.close()
    return path


@pytest.fixture
async def books(tmp_path: Path, empty_books: Path) -> AsyncIterator[Archive]:
    """An empty archive in SQLite, for tests to which the engine is all the same."""
    path = tmp_path / "books.db"
    shutil.copy(empty_books, path)
    archive = Archive(sqlite_url(path))
    yield archive
    archive.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a test's own archive, on each of the engines; PostgreSQL's has its tables already."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "archive.db")
        return
    server: Postgres = request.getfixturevalue("postgres")
    address = server.lend()
    yield address
    server.take_back(address)


@pytest.fixture
async def archive(address: str, tmp_path: Path, empty_books: Path) -> AsyncIterator[Archive]:
    """A test's own archive with its tables."""
    if address.startswith("sqlite"):
        shutil.copy(empty_books, tmp_path / "archive.db")
    archive = Archive(address)
    yield archive
    archive.close()
