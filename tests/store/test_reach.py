from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import ssl
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import StoreError, StoreRefused
from app.store.address import Address, Place, read_address
from app.store.client import Store
from app.store.cluster_server import ask
from app.store.reach import primary_of, reach
from app.store.server import StoreServer, find_binary
from tests.certificates import certificate
from tests.fault_proxy import eventually
from tests.ports import free_ports


@contextlib.asynccontextmanager
async def behind_tls(store_url: str, folder: Path) -> AsyncIterator[str]:
    """A way to the store by TLS, for those alone who show the client's certificate: host and port of it."""
    made, key = certificate(folder, "server")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificate(folder, "client")[0])
    context.load_cert_chain(made, key)
    context.verify_mode = ssl.CERT_REQUIRED

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_unix_connection(read_address(store_url).places[0][0])

        async def pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
            with contextlib.suppress(OSError):
                while data := await source.read(1 << 16):
                    sink.write(data)
            sink.transport.abort()

        await asyncio.gather(pump(reader, up_writer), pump(up_reader, writer))

    server = await asyncio.start_server(pass_on, "127.0.0.1", 0, ssl=context)
    yield f"localhost:{server.sockets[0].getsockname()[1]}"
    server.close()
    await server.wait_closed()


async def test_tls_with_certificates_on_both_sides(store_url: str, tmp_path: Path) -> None:
    """A store is reached by TLS with a client's certificate; without one, or with another authority, it is not."""
    async with behind_tls(store_url, tmp_path) as where:
        trust, mine = f"ssl_ca_certs={tmp_path}/server.pem", f"ssl_certfile={tmp_path}/client.pem"
        key = f"ssl_keyfile={tmp_path}/client.key"
        connection = await reach(read_address(f"rediss://{where}?{trust}&{mine}&{key}"))
        assert b"PONG" == await connection.call("PING")
        connection.close()
        for options in (trust, f"{mine}&{key}", f"ssl_ca_certs={tmp_path}/client.pem&{mine}&{key}"):
            with pytest.raises(StoreError):
                await reach(read_address(f"rediss://{where}?{options}"))


async def test_the_first_that_answers_is_taken(store_url: str) -> None:
    """Of several addresses the first that can be reached is used; where none can, that is said."""
    address = read_address(store_url)
    both = dataclasses.replace(address, places=(("/nonexistent/store.sock", 0), *address.places))
    connection = await reach(both)
    assert b"PONG" == await connection.call("PING")
    connection.close()

    with pytest.raises(StoreError, match="cannot be reached"):
        await reach(read_address("redis://127.0.0.1:1,127.0.0.1:2"))


@contextlib.contextmanager
def sentinel(folder: Path, port: int, watched_port: int) -> Iterator[None]:
    """A real sentinel that watches a primary as the service `gifts`, for whoever knows its password."""
    settings = folder / "sentinel.conf"
    settings.write_text(
        f"port {port}\nbind 127.0.0.1\ndir {folder}\nrequirepass watch\n"
        f"sentinel monitor gifts 127.0.0.1 {watched_port} 1\n"
    )
    with (folder / "sentinel.log").open("wb") as log:
        process = subprocess.Popen([find_binary().path, settings, "--sentinel"], stdout=log, stderr=log)
        try:
            yield
        finally:
            process.terminate()
            process.wait()


async def at_last(call: Callable[[], Awaitable[Any]]) -> Any:
    """What a call gives once it succeeds."""
    async with asyncio.timeout(15):
        while True:
            with contextlib.suppress(StoreError):
                return await call()
            await asyncio.sleep(0.02)


async def _is_named(address: Address, place: Place) -> None:
    """Raises StoreError unless the sentinels name that place."""
    if place != (named := await primary_of(address)):
        raise StoreError(f"they still name {named}")


async def test_sentinels_say_where_the_primary_is(short_path: Path) -> None:
    """A service's primary is found by its sentinels, also after its replica has taken its place."""
    port = free_ports(3)
    servers = [StoreServer(short_path / f"{k}", more={"port": f"{port + k}", "bind": "127.0.0.1"}) for k in range(2)]
    for server in servers:
        server.start()
    ask(servers[1].socket_file, "REPLICAOF", "127.0.0.1", port)
    await eventually(lambda: b"state=online" in ask(servers[0].socket_file, "INFO", "replication"))
    url = f"redis+sentinel://127.0.0.1:1,127.0.0.1:{port + 2}/gifts?sentinel_password=watch"
    store, names = Store(url, replicas_ack=1), ["tot:{p0}", "jr:{p0}", "coins:{p0}"]
    with sentinel(short_path, port + 2, port):
        assert b"" == await at_last(lambda: store.run("open_ledger", names, "", "1"))
        assert ("127.0.0.1", port) == await primary_of(read_address(url))
        asked = await reach(read_address(f"redis://:watch@127.0.0.1:{port + 2}"))
        await at_last(lambda: asked.call("SENTINEL", "FAILOVER", "gifts"))
        asked.close()
        await at_last(partial(_is_named, read_address(url), ("127.0.0.1", port + 1)))
        # As the sentinel will tell it to, in its own time.
        ask(servers[0].socket_file, "REPLICAOF", "127.0.0.1", port + 1)
        with pytest.raises(StoreRefused, match="READONLY"):
            await store.run("open_ledger", names, "e", "1")
        # The old primary may not follow yet, and then the write has no replica's word.
        assert b"e" == await at_last(lambda: store.run("open_ledger", names, "e", "1"))
        assert b"e" == ask(servers[1].socket_file, "HGET", "tot:{p0}", "epoch")
        with pytest.raises(StoreError, match="no service 'other'"):
            await primary_of(read_address(url.replace("/gifts", "/other")))
        with pytest.raises(StoreError, match="NOAUTH"):
            await primary_of(read_address(url.partition("?")[0]))
    store.close()
    for server in servers:
        server.stop()
