"""Rates of requests: who pays, what is answered beyond them, and how much is remembered."""

from __future__ import annotations

import asyncio

import pytest

from app.edge.http import limits
from app.edge.http.limits import LOGINS_A_SECOND, LOGINS_BURST_S, Rates
from app.store.server import StoreServer
from tests.edge.inside import Inside, worker

RATE = 1.0
BURST = int(RATE * limits.REQUEST_BURST_S)
CLIENT = "203.0.113.9"


async def statuses(site: Inside, path: str, number: int, token: str | None = None, client: str = CLIENT) -> list[int]:
    """What so many requests of one client at one time are answered."""
    async with site.http(token) as http:
        asked = (http.get(path, headers={"X-Forwarded-For": client}) for _ in range(number))
        return [answer.status_code for answer in await asyncio.gather(*asked)]


async def test_address_person_and_platform_pay_for_themselves(store: StoreServer) -> None:
    """Without a token the address pays, with one the person, wherever they are; with a wrong one the address again."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=RATE) as site:
        assert 5 == (await statuses(site, "/v1/gifts", BURST + 5)).count(429)
        async with site.http() as http:
            refused = await http.get("/v1/gifts", headers={"X-Forwarded-For": CLIENT})
        assert ("rate_limited", True) == (refused.json()["error"], refused.json()["details"]["retry_ms"] > 0)
        assert refused.headers["retry-after"].isdecimal()
        assert "nosniff" == refused.headers["x-content-type-options"]
        assert [429] == await statuses(site, "/v1/me/wallet", 1, "wrong")
        assert [200] == await statuses(site, "/v1/gifts", 1, client="203.0.113.10")
        ann = site.token("ann")
        assert 5 == (await statuses(site, "/v1/me/wallet", BURST + 5, ann)).count(429)
        assert [429] == await statuses(site, "/v1/me/wallet", 1, site.token("ann", name="Again"), "203.0.113.10")
        assert [200] == await statuses(site, "/v1/me/wallet", 1, site.token("bob"))
        async with site.platform() as http:
            asked = [http.get("/v1/rooms", headers={"X-Forwarded-For": CLIENT}) for _ in range(BURST * 2)]
            assert {200} == {answer.status_code for answer in await asyncio.gather(*asked)}
        assert b'refused_requests_total{reason="rate",worker="0"}' in site.hub.metrics.render()


async def test_files_cost_a_tenth(store: StoreServer) -> None:
    """A page with all its files is served at once."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=RATE) as site:
        assert {200} == set(await statuses(site, "/static/favicon.svg", BURST * 9))


async def test_handshakes_have_a_rate_too(store: StoreServer) -> None:
    """Beyond it a viewer's handshake gets 429."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=RATE) as site:
        await statuses(site, "/v1/gifts", BURST)
        with pytest.raises(Exception, match="HTTP 429"):
            async with site.connect(additional_headers={"X-Forwarded-For": CLIENT}):
                pass


@pytest.mark.parametrize("rate", [RATE, 0.0])
async def test_this_machine_is_exempt_and_0_means_none(store: StoreServer, rate: float) -> None:
    """Loopback has no rate; with a rate of 0 nobody has one."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=rate) as site:
        client = CLIENT if not rate else "127.0.0.1"
        assert {200} == set(await statuses(site, "/v1/gifts", BURST * 3, client=client))


async def test_logins_are_limited_by_address(store: StoreServer) -> None:
    """One address cannot use up the logins of all; what is no login does not count as one."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=0) as site, site.http() as http:

        async def login(client: str, body: bytes = b'{"name":"X"}') -> int:
            answer = await http.post("/v1/demo/login", content=body, headers={"X-Forwarded-For": client})
            return answer.status_code

        assert {400} == set(await asyncio.gather(*(login("203.0.113.8", b"{") for _ in range(80))))
        burst = int(LOGINS_A_SECOND * LOGINS_BURST_S)
        made = await asyncio.gather(*(login(CLIENT) for _ in range(burst + 20)))
        assert burst <= made.count(200) < burst + 20
        assert {200, 429} == set(made)
        assert 200 == await login("203.0.113.8")


def test_so_many_buckets_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many addresses ask, memory has a bound; whoever asks on and on is not forgotten."""
    monkeypatch.setattr(limits, "BUCKETS_MAX", 100)
    rates = Rates(1.0, 1.0, lambda: 0.0)
    rates.take("steady")
    for number in range(1000):
        rates.take(f"{number}")
        with pytest.raises(Exception, match="rate_limited"):
            rates.take("steady")
    assert 100 == len(rates._buckets)
