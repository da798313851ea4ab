"""The application as a whole: the demo and production, headers, metrics, other origins."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.rules.messages import GiftAccepted
from app.store.keys import Keys
from tests.edge.client import eventually
from tests.edge.product import Product
from tests.edge.site import new_id
from tests.waiting import command_of

SETTINGS = {"origins": "https://live.example"}


@pytest.fixture(scope="module")
def production() -> Iterator[Product]:
    """`fanfare serve`."""
    with tempfile.TemporaryDirectory(prefix="fanfare-edge-") as folder:
        product = Product(Path(folder), command="serve")
        product.start()
        yield product
        product.end()
        assert "Traceback" not in product.complaints(), product.complaints()


async def test_production_has_no_demo_login(product: Product, production: Product) -> None:
    """Outside the demo the route does not exist and there is no demo's room; the rest works with signed tokens."""
    async with product.http() as demo, production.http() as http:
        assert 200 == (await demo.post("/v1/demo/login", json={"name": "X"})).status_code
        assert 404 == (await http.post("/v1/demo/login", json={"name": "X"})).status_code
        assert [] == (await http.get("/v1/rooms")).json()["rooms"]
    room = await production.open_room("real")
    await production.grant("ann", 5)
    async with production.join("ann", room) as ann:
        assert isinstance(await ann.send_gift(new_id()), GiftAccepted)


async def test_every_response_has_the_headers_that_keep_foreign_code_out(product: Product) -> None:
    """Pages, files, answers and problems: no sniffing, no referrer."""
    async with product.http() as http:
        for path in ("/", "/static/favicon.svg", "/v1/gifts", "/v1/nowhere", "/livez"):
            answer = await http.get(path)
            assert "nosniff" == answer.headers["x-content-type-options"], path
            assert "no-referrer" == answer.headers["referrer-policy"], path
            assert "server" not in answer.headers


async def test_platforms_own_pages_may_call_the_api(product: Product, production: Product) -> None:
    """Allowed origins, and these alone, get the headers that a browser asks for."""
    ask = {"Origin": "https://live.example", "Access-Control-Request-Method": "POST"}
    async with product.http() as http, production.http() as other:
        allowed = await http.options("/v1/grants", headers={**ask, "Access-Control-Request-Headers": "authorization"})
        assert "https://live.example" == allowed.headers["access-control-allow-origin"]
        shouted = await http.get("/v1/gifts", headers={"Origin": "HTTPS://Live.Example"})
        assert "access-control-allow-origin" in shouted.headers
        foreign = await http.get("/v1/gifts", headers={"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in foreign.headers
        assert "access-control-allow-origin" not in (await other.get("/v1/gifts", headers=ask)).headers


async def test_metrics_count_gifts(product: Product) -> None:
    """/metrics on the admin address counts gifts by what became of them, and is not to be had on the public one."""
    room = await product.open_room("counted")
    await product.grant("counted", 3)
    before = product.metrics()
    async with product.join("counted", room) as counted:
        gift_id = new_id()
        for _ in range(2):
            await counted.send_gift(gift_id)
        await counted.send_gift(new_id(), quantity=50)
        await counted.events_to(1)
        after = product.metrics()

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    for outcome in ("accepted", "duplicate", "insufficient_coins"):
        assert 1 == grown(f'fanfare_gifts_total{{outcome="{outcome}",worker="0"}}'), outcome
    assert 1 == after['fanfare_connections{worker="0"}']
    assert grown('fanfare_events_published_total{worker="0"}') >= 1
    async with product.http() as http:
        assert 404 == (await http.get("/metrics")).status_code


async def test_ready_means_that_the_ledger_is_there_and_ours(production: Product) -> None:
    """/readyz waits for a store that hangs, and is 503 while there is none or another one; /livez is not concerned."""
    async with production.http() as http:
        assert 200 == (await http.get("/readyz")).status_code
        store = production.store_pid()
        os.kill(store, signal.SIGSTOP)
        waiting = asyncio.create_task(http.get("/readyz"))
        assert 200 == (await http.get("/livez")).status_code
        assert not waiting.done()
        os.kill(store, signal.SIGCONT)
        assert 200 == (await waiting).status_code

        epoch = production.ask_store("HGET", Keys().totals, "epoch")
        production.ask_store("HSET", Keys().totals, "epoch", "another")
        refused = await http.get("/readyz")
        assert (503, "uninitialised") == (refused.status_code, refused.json()["error"])
        production.ask_store("HSET", Keys().totals, "epoch", epoch.decode())
        assert 200 == (await http.get("/readyz")).status_code

        os.kill(store, signal.SIGKILL)
        statuses: set[int] = set()

        async def ready() -> bool:
            statuses.add((await http.get("/readyz")).status_code)
            return 200 in statuses

        async with asyncio.timeout(15):
            while not await ready():  # noqa: ASYNC110  # it asks
                await asyncio.sleep(0.02)
        assert statuses <= {200, 503}
    await eventually(lambda: any(b"valkey-server" in command_of(pid) and pid != store for pid in production.children()))
