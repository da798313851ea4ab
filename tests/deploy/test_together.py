"""What compose.yaml starts, without its containers: the same words and settings make a whole of processes here."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx2

from app.archive.archive import Archive
from app.archive.cursor import read_cursor
from app.rules.messages import GiftAccepted
from tests.deploy.composed import PASSWORD, compose, environment, running_store
from tests.edge.client import WITHIN_S, eventually
from tests.edge.product import Product
from tests.edge.site import NO_TLS, new_id
from tests.ports import free_ports
from tests.postgres import Postgres


async def test_a_gift_goes_into_the_books(short_path: Path, postgres: Postgres) -> None:
    """Server, bookkeeper, store and PostgreSQL as compose.yaml starts them: a gift is paid, and archived."""
    services = compose()["services"]
    (serve, *more), (bookkeeper, *_) = services["server"]["command"], services["bookkeeper"]["command"]
    database = postgres.new_database()
    with running_store(services["store"]["command"], short_path, PASSWORD) as url:
        product = Product(short_path, command=serve)
        product.settings |= {name.removeprefix("FANFARE_"): value for name, value in environment("server").items()}
        product.settings |= {"REDIS_URL": url, "ARCHIVE_URL": database, "WORKERS": "1"}
        product.start(*more)
        address = f"127.0.0.1:{free_ports(1)}"
        books = product.popen(bookkeeper, "--metrics", address)
        archive = Archive(database)
        try:
            await product.open_room("evening")
            await product.grant("ann", 100)
            async with product.join("ann", "evening") as ann:
                assert isinstance(await ann.send_gift(new_id()), GiftAccepted)
            # The grant and the gift; the opening of a room is no entry.
            await eventually(lambda: archive.write_now(read_cursor).n >= 2)
            async with httpx2.AsyncClient(verify=NO_TLS) as http, asyncio.timeout(WITHIN_S):
                while await _archived(http, address) < 2:  # noqa: ASYNC110  # counted right after it is written
                    await asyncio.sleep(0.02)
        finally:
            archive.close()
            books.terminate()
            books.wait(20)
            assert books.stdout is not None
            books.stdout.close()
            product.end()
            postgres.drop(database)
        assert "Traceback" not in product.complaints(), product.complaints()


async def _archived(http: httpx2.AsyncClient, address: str) -> float:
    """How many entries the bookkeeper of that address has archived by its own count."""
    told = (await http.get(f"http://{address}/metrics")).text
    return float(told.partition("\nfanfare_archived_entries_total ")[2].partition("\n")[0])
