"""nginx and HAProxy with the files for deployment, before a running server: what passes, what not, and how it ends."""

from __future__ import annotations

import asyncio
import re
import shutil
import socket
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path
from typing import Any

import pytest

from app.base.config import Settings
from app.base.errors import CloseCode
from app.rules.messages import GiftAccepted, Reconnect
from tests import debian
from tests.deploy import files
from tests.deploy.fronts import NAME, Front
from tests.edge.client import eventually
from tests.edge.product import Product
from tests.edge.site import new_id

SETTINGS = {"hosts": NAME, "trusted_proxies": "127.0.0.1", "sockets_per_ip": 2, "gift_rate": 0, "drain_s": 0.5}


@pytest.fixture(scope="module")
def fronts(request: pytest.FixtureRequest, folder: Path) -> Iterator[list[Front]]:
    """Both proxies, before the same server."""
    # A client has another of loopback's addresses than the proxies, which other systems do not have.
    there = {"openssl": bool(shutil.which("openssl")), "Linux": sys.platform == "linux"}
    if missing := [*debian.missing(debian.PROXIES), *(name for name, is_there in there.items() if not is_there)]:
        pytest.skip(f"not on this machine: {' and '.join(missing)}; `python3 -m tests` unpacks what Debian has")
    product: Product = request.getfixturevalue("product")
    with ExitStack() as stack:
        started = []
        for kind in debian.PROXIES:
            # One after the other: its ports are free until it has them.
            started.append(Front(kind, folder / kind, product.port))
            stack.callback(started[-1].stop)
            started[-1].start()
        yield started


def test_the_programs_take_their_files(fronts: list[Front]) -> None:
    """nginx -t and haproxy -c find nothing wrong, and nothing to warn of."""
    assert [(0, [])] * 2 == [front.check() for front in fronts]


async def test_a_gift_goes_through(fronts: list[Front], product: Product) -> None:
    """Through each proxy a gift is paid over TLS, and everyone, through either, has the stream without a gap."""
    async with AsyncExitStack() as stack:
        clients = []
        for front in fronts:
            user = f"of-{front.kind}"
            await front.grant(user, 100)
            clients.append(await stack.enter_async_context(front.join(user)))
        for client in clients:
            assert isinstance(await client.send_gift(new_id()), GiftAccepted)
        # A receipt comes before the event of its gift.
        await eventually(lambda: all(len(client.gifts()) == 2 for client in clients))
        last = max([event.offset for client in clients for event in client.events()])
        seen = [await client.events_to(last) for client in clients]

        assert [2, 2] == [len(client.gifts()) for client in clients]
        assert seen[0][-1] == seen[1][-1]
        for client in clients:
            client.assert_dense()


async def test_pages_go_through(fronts: list[Front]) -> None:
    """A page comes over TLS alone, with a promise that it stays so; what is no page keeps its own answer."""
    for front in fronts:
        async with front.http() as http:
            page, wrong = await http.get("/"), await http.get("/v1/nothing")
            assert (200, 404) == (page.status_code, wrong.status_code)
            assert "max-age=31536000" == page.headers["Strict-Transport-Security"]
            assert "problem+json" in wrong.headers["Content-Type"]
            plain = await http.get(f"http://127.0.0.1:{front.plain_port}/room/main")
            assert (301, f"https://{NAME}/room/main") == (plain.status_code, plain.headers["Location"])


async def test_the_clients_address_is_the_proxys_word(fronts: list[Front]) -> None:
    """Whoever says to be somebody else is counted as who they are: the third of two connections is refused."""
    for n, front in enumerate(fronts):
        async with AsyncExitStack() as stack:
            clients = []
            for i in range(3):
                said = {"X-Forwarded-For": f"203.0.113.{i}", "Forwarded": f"for=203.0.113.{i}"}
                # Not the proxy's own address, which is the server's machine and has no limit; nor that of the clients
                # before, who may still count.
                options: dict[str, Any] = {"local_addr": (f"127.0.0.{9 + n}", 0), "additional_headers": said}
                clients.append(await stack.enter_async_context(front.connect(**options)))
                if i < 2:
                    await clients[i].hello(front.token(f"v{i}"))
            assert CloseCode.TOO_MANY == await clients[2].closed()
            assert [False, False] == [client.is_closed for client in clients[:2]]


async def test_a_server_may_be_drained(fronts: list[Front]) -> None:
    """HAProxy's words for it: nobody new comes to a server that is drained, and who is there stays."""
    (front,) = (front for front in fronts if front.kind == "haproxy")
    await front.grant("stays", 10)

    def say(command: str) -> None:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(front.folder / "admin"))
            line.sendall(command.encode() + b"\n")
            assert b"\n" == line.recv(4096)

    (drain,) = re.findall(r'echo "(set server \S+ state) drain"', files.text("haproxy"))
    async with front.join("stays") as client, front.http() as http:
        say(f"{drain} drain")
        assert 503 == (await http.get("/livez")).status_code
        assert isinstance(await client.send_gift(new_id()), GiftAccepted)
        say(f"{drain} ready")
        assert 200 == (await http.get("/livez")).status_code


async def test_a_server_may_stop_and_come_back(fronts: list[Front], product: Product) -> None:
    """Viewers are told through the proxy that it stops; without it the proxy says so, and finds it again by itself."""
    async with AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(front.join(f"in-{front.kind}")) for front in fronts]
        assert product.process is not None
        product.process.terminate()
        for client in clients:
            await client.until(Reconnect)
            assert CloseCode.SHUTTING_DOWN == await client.closed()
        assert 0 == product.process.wait(30)
    assert {502, 503} >= {await status(front) for front in fronts}
    product.start()
    for front in fronts:
        async with asyncio.timeout(20):
            while await status(front) != 200:  # noqa: ASYNC110  # HAProxy looks every two seconds
                await asyncio.sleep(0.05)


async def status(front: Front) -> int:
    """What it answers to the question whether a gift could be written."""
    async with front.http() as http:
        return (await http.get("/readyz")).status_code


def test_a_quiet_line_is_not_cut() -> None:
    """Whatever a proxy waits for on a line is longer than our heartbeat leaves it silent, three times over."""
    waits = dict(re.findall(r"^\s*(proxy_(?:read|send)_timeout)\s+(\w+);", files.text("nginx"), re.MULTILINE))
    waits |= dict(re.findall(r"^\s*timeout (tunnel|client|server) (\w+)$", files.text("haproxy"), re.MULTILINE))

    assert 5 == len(waits)
    for name, span in waits.items():
        assert files.seconds(span) > files.IDLE_S, name
    for kind in debian.PROXIES:
        assert {str(Settings().heartbeat_s)} == set(
            re.findall(r"every (\d+) s \(FANFARE_HEARTBEAT_S\)", files.text(kind))
        )


def test_the_limits_fit() -> None:
    """A proxy may open two files for each viewer, and lets an address have as many as two workers do."""
    nginx, haproxy = files.text("nginx"), files.text("haproxy")
    found = {name: int(count) for name, count in re.findall(r"(worker_\w+|limit_conn addresses) (\d+);", nginx)}

    assert found["worker_rlimit_nofile"] >= 2 * found["worker_connections"]
    assert found["limit_conn addresses"] >= 2 * Settings().sockets_per_ip
    assert f"sc0_conn_cur gt {found['limit_conn addresses']}" in haproxy


def test_half_a_download_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that does not run is missing, whatever a download has left of it; the next good download mends it."""
    monkeypatch.setattr(debian, "PROGRAMS", ("no-proxy",))
    monkeypatch.setattr(debian, "FOLDER", tmp_path / "debian")
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    _write_program(tmp_path / "apt-get", 'case $1 in -s) echo "Inst no-proxy (1)";; *) >half.deb; exit 100;; esac')
    _write_program(tmp_path / "dpkg-deb", 'mkdir -p "$3/usr/sbin" && cp -p "$UNPACKED" "$3/usr/sbin/no-proxy"')
    for name, line in (("half", "exit 127"), ("whole", "exit 0")):
        _write_program(tmp_path / name, line)

    found = []
    for name in ("half", "whole"):
        monkeypatch.setenv("UNPACKED", str(tmp_path / name))
        found.append((debian.unpack(), debian.missing()))
    assert [(["no-proxy"], ["no-proxy"]), ([], [])] == found


def _write_program(path: Path, line: str) -> None:
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o755)
