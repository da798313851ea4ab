"""Rates of requests: who pays, what is answered beyond them, and how much is remembered."""

from __future__ import annotations

import asyncio

import httpx2
import pytest
from starlette.requests import HTTPConnection

from app.base.clock import now_ms
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.edge.http import limits
from app.edge.http.endpoints import ENDPOINTS
from app.edge.http.limits import Reports, Searches
from app.edge.http.pages import PAGES
from app.edge.rates import REQUESTS_BURST_S, SharedRates
from app.store.server import StoreServer
from tests.edge.inside import Inside, worker

RATE = 1.0
BURST = int(RATE * REQUESTS_BURST_S)
CLIENT = "203.0.113.9"

PARTITIONS = (1, 4)


async def statuses(site: Inside, path: str, number: int, token: str | None = None, client: str = CLIENT) -> list[int]:
    """What so many requests of one client at one time are answered."""
    async with site.http(token) as http:
        asked = (http.get(path, headers={"X-Forwarded-For": client}) for _ in range(number))
        return [answer.status_code for answer in await asyncio.gather(*asked)]


@pytest.fixture
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """No time passes for the rates of requests, however slow this machine is."""
    monkeypatch.setattr(
        "app.edge.parts.SharedRates", lambda settings, name, _: SharedRates(settings, name, lambda: 0.0)
    )


@pytest.mark.usefixtures("still")
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


@pytest.mark.usefixtures("still")
async def test_every_route_has_a_rate(store: StoreServer) -> None:
    """Whoever has used up what an address may ask for is refused by every route, page and file."""
    paths = [(endpoint.method, endpoint.path) for endpoint in ENDPOINTS]
    paths += [("GET", path) for path in (*PAGES, "/static/favicon.svg", "/v1/openapi.json", "/v1/asyncapi.json", "/no")]
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=RATE) as site, site.http() as http:
        await statuses(site, "/v1/gifts", BURST)
        for method, path in paths:
            answer = await http.request(method, path, headers={"X-Forwarded-For": CLIENT})
            assert (429, "rate_limited") == (answer.status_code, answer.json()["error"]), path


@pytest.mark.usefixtures("still")
async def test_files_cost_a_tenth(store: StoreServer) -> None:
    """A page with all its files is served at once."""
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=RATE) as site:
        assert {200} == set(await statuses(site, "/static/favicon.svg", BURST * 9))


@pytest.mark.usefixtures("still")
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


async def test_logins_are_limited_by_address(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """One address cannot use up the logins of all; what is no login does not count as one."""
    monkeypatch.setattr(limits, "LOGINS_A_SECOND", 0.001)
    monkeypatch.setattr(limits, "LOGINS_BURST_S", 10_000.0)
    async with worker(store.url, trusted_proxies="127.0.0.1", request_rate=0) as site, site.http() as http:

        async def login(client: str, body: bytes = b'{"name":"X"}') -> int:
            answer = await http.post("/v1/demo/login", content=body, headers={"X-Forwarded-For": client})
            return answer.status_code

        assert {400} == set(await asyncio.gather(*(login("203.0.113.8", b"{") for _ in range(80))))
        made = await asyncio.gather(*(login(CLIENT) for _ in range(14)))
        assert [200] * 10 + [429] * 4 == sorted(made)
        assert 200 == await login("203.0.113.8")


async def test_logins_of_all_have_a_rate(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many machines log in, coins are made at one pace; who comes too fast is told when to come again."""
    monkeypatch.setattr(limits, "LOGINS_OF_ALL_A_SECOND", 1.0)
    async with worker(store.url) as site, site.http() as http:

        async def login() -> httpx2.Response:
            return await http.post("/v1/demo/login", json={"name": "X"})

        answers = await asyncio.gather(*(login() for _ in range(60)))
        limited = next(answer for answer in answers if answer.status_code == 429)
        assert ("rate_limited", True) == (limited.json()["error"], limited.json()["retryable"])
        assert int(limited.headers["retry-after"]) >= 1
        async with asyncio.timeout(20):
            while (await login()).status_code != 200:  # noqa: ASYNC110
                await asyncio.sleep(0.1)


async def test_searches_of_the_journal_have_a_rate(store: StoreServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Gifts that it alone knows of are looked for so often for a person, as is what was spent; new ones are told."""
    monkeypatch.setattr(limits, "SEARCHES_A_SECOND", 0.001)
    monkeypatch.setattr(limits, "SEARCHES_BURST_S", 2000.0)
    old, new = uuid7(now_ms() - 3_600_000), uuid7(now_ms())
    async with worker(store.url) as site:
        ledger = site.hub.partitions.common
        await ledger.store.call("HSET", ledger.keys.totals, "forgotten", now_ms() - 1_800_000)
        assert [200, 200, 429] == sorted(await statuses(site, f"/v1/gift-sends/{old}", 3, site.token("ann")))
        assert [200] == await statuses(site, f"/v1/gift-sends/{new}", 1, site.token("ann"))
        assert [200] == await statuses(site, f"/v1/gift-sends/{old}", 1, site.token("bob"))
        assert [200, 200, 429] == sorted(await statuses(site, "/v1/me/spending", 3, site.token("cyd")))


async def test_one_searches_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches take turns, and where too many wait the next is refused."""
    monkeypatch.setattr(limits, "SEARCHES_WAITING_MAX", 3)
    searches = Searches(lambda: 0.0)
    order: list[str] = []

    async def search(user: str) -> None:
        async with searches.turn(user):
            order.append(f"{user} begins")
            await asyncio.sleep(0)
            order.append(f"{user} ends")

    results = await asyncio.gather(*(search(user) for user in "abcd"), return_exceptions=True)
    assert [None, None, None, "overloaded"] == [getattr(result, "slug", result) for result in results]
    assert [f"{user} {what}" for user in "abc" for what in ("begins", "ends")] == order
    await search("d")


@pytest.mark.parametrize(("address", "limited"), [(CLIENT, True), ("127.0.0.1", False)])
def test_reports_have_a_rate_by_viewer_and_address(address: str, limited: bool) -> None:
    """Who tells much waits; so do many who tell from one address, unless it is this machine's own."""
    connection = HTTPConnection({"type": "http", "state": {limits.ADDRESS: address}, "headers": []})
    reports = Reports(lambda: 0.0)
    for _ in range(int(limits.REPORTS_A_SECOND * limits.REPORTS_BURST_S)):
        reports.take(connection, "ann")
    with pytest.raises(Refusal, match="rate_limited"):
        reports.take(connection, "ann")
    refused = 0
    for number in range(int(limits.REPORTS_OF_ADDRESS_A_SECOND * limits.REPORTS_BURST_S)):
        try:
            reports.take(connection, f"v{number}")
        except Refusal:
            refused += 1

    assert limited == (refused > 0)
