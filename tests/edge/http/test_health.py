"""HTTP for what watches over the server."""

from __future__ import annotations

from typing import Any

import pytest

from app.rules.messages import Health, HealthWarning
from app.store.server import StoreServer
from tests.edge.inside import Inside, worker
from tests.edge.product import Product
from tests.edge.reading import read, refusal

SETTINGS = {"gift_rate": 0}


async def test_health(product: Product) -> None:
    """It lives, and it is ready."""
    assert Health("ok") == await read(product, "/livez", Health)
    assert Health("ok") == await read(product, "/readyz", Health)


async def unready(site: Inside) -> tuple[str, dict[str, Any], str]:
    """Why it is not ready: slug, details and words; it lives all the same."""
    problem = await refusal(site, "/readyz")
    assert Health("ok") == await read(site, "/livez", Health)
    assert isinstance(problem.details, dict)
    return problem.error, problem.details, problem.detail


@pytest.mark.parametrize(
    ("begin", "end", "slug", "reason", "words"),
    [
        ("CONFIG SET maxmemory 1", "CONFIG SET maxmemory 0", "unavailable", "out_of_memory", "it is out of memory"),
        ("REPLICAOF 127.0.0.1 1", "REPLICAOF NO ONE", "unavailable", "read_only", "it is a read-only replica"),
        ("HSET tot:{p0} lost 1", "HDEL tot:{p0} lost", "unavailable", "lost_tail", "ledger accept-loss --dry-run"),
        ("RENAME tot:{p0} x", "RENAME x tot:{p0}", "uninitialised", "uninitialised", "not the one that belongs here"),
    ],
)
async def test_it_is_ready_when_a_gift_could_be_written(
    own_store: StoreServer, begin: str, end: str, slug: str, reason: str, words: str
) -> None:
    """What would refuse a gift makes it unready at once, and says why; when it is over it is ready at once."""
    async with worker(own_store.url, lost_tail="refuse") as site:
        call = site.hub.partitions.rooms[0].store.call
        assert Health("ok") == await read(site, "/readyz", Health)
        await call(*begin.split())
        found = await unready(site)
        await call(*end.split())

        assert (slug, {"reason": reason}) == found[:2]
        assert words in found[2]
        assert Health("ok") == await read(site, "/readyz", Health)


async def test_a_clock_that_jumped_is_a_warning(own_store: StoreServer) -> None:
    """Gifts go on at the time that it truly is: it is ready, and says how far off the store's clock is."""
    async with worker(own_store.url) as site:
        standing = site.hub.partitions.rooms[0].standing
        await standing.see()
        await standing.store.call("HSET", standing.keys.totals, "shift", -7_200_000)
        standing.clock.tell(standing.clock() - 7_200_000)
        health = await read(site, "/readyz", Health)

        assert health == Health("ok", [HealthWarning("clock", health.warnings[0].message)])
        assert "it is 7200 s ahead of the time that the ledger goes by" in health.warnings[0].message
