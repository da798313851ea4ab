"""The servers of a worker: what the admin address shows, and how the public one stops."""

from __future__ import annotations

import httpx2

from app.base.config import Settings
from app.base.errors import CloseCode
from app.edge.parts import Parts
from app.edge.server import admin_server
from app.store.server import StoreServer
from tests.edge.inside import listening, started, worker


async def test_admin_address_shows_the_metrics_and_nothing_else() -> None:
    """/metrics is there for whoever may reach the admin address; no page and no API is."""
    parts, bound = Parts(Settings(), "unix:///nowhere", 3), listening()
    parts.metrics.gifts("accepted")
    server = admin_server(parts)
    serving = await started(server, bound)
    try:
        async with httpx2.AsyncClient(base_url=f"http://127.0.0.1:{bound.getsockname()[1]}") as http:
            shown = await http.get("/metrics")
            assert 200 == shown.status_code
            assert 'fanfare_gifts_total{outcome="accepted",worker="3"} 1.0' in shown.text
            assert [404, 404] == [(await http.get(path)).status_code for path in ("/", "/v1/gifts")]
    finally:
        server.should_exit = True
        await serving
        bound.close()


async def test_stopping_server_says_goodbye_first(store: StoreServer) -> None:
    """Viewers are closed with 4000 before the server is gone."""
    async with worker(store.url) as inside, inside.join("ann") as ann:
        await inside.stop()
        assert CloseCode.SHUTTING_DOWN == await ann.closed()
