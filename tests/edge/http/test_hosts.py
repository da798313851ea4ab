"""The names of this server: with FANFARE_HOSTS set, requests for any other are refused."""

from __future__ import annotations

import pytest

from app.edge.http.hosts import host_name
from app.store.server import StoreServer
from tests.edge.inside import worker
from tests.edge.raw import raw_connection, upgrade_request


@pytest.mark.parametrize(
    ("header", "name"),
    [
        ("Live.Example:8000", "live.example"),
        ("[::1]:8000", "::1"),
        ("[::1]", "::1"),
        ("127.0.0.1", "127.0.0.1"),
        ("", ""),
    ],
)
def test_host_has_no_port_and_no_case(header: str, name: str) -> None:
    """What is compared is the name alone."""
    assert name == host_name(header)


async def test_other_hosts_are_refused(store: StoreServer) -> None:
    """By its names and any port it answers, handshakes included; by others not, but for the probes of its health."""
    async with worker(store.url, hosts="Live.example, 127.0.0.1") as site, site.http() as http:

        async def status(host: str, path: str = "/v1/gifts") -> int:
            return (await http.get(path, headers={"Host": host})).status_code

        assert [200, 200] == [await status("LIVE.example:8000"), await status("127.0.0.1")]
        assert [400, 400] == [await status("evil.example"), await status("live.example.evil.example")]
        assert 200 == await status("10.0.0.5:8000", "/readyz")
        async with site.join("ann"):
            pass
        async with raw_connection(site.port) as (reader, writer):
            writer.write(upgrade_request("/ws/main", site.port).replace(b"Host: 127.0.0.1", b"Host: evil.example"))
            assert b"HTTP/1.1 400 " in await reader.readline()
    async with worker(store.url) as site, site.http() as http:
        assert 200 == (await http.get("/v1/gifts", headers={"Host": "any.example"})).status_code
