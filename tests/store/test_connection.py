from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.base.errors import StoreError, StoreRefused, UnknownOutcome
from app.store import connection as module
from app.store.address import read_address
from app.store.connection import Connection
from app.store.reach import reach
from app.store.server import StoreServer
from tests.fault_proxy import Fault, FaultProxy, eventually


@pytest.fixture
async def connection(store_url: str) -> AsyncIterator[Connection]:
    """An open connection."""
    connection = await reach(read_address(store_url))
    yield connection
    connection.close()


async def test_replies_come_in_the_order_of_the_calls(connection: Connection) -> None:
    """Calls of one loop turn leave together, and each gets its own reply."""
    calls = [connection.call("ECHO", str(i)) for i in range(1000)]

    assert [str(i).encode() for i in range(1000)] == await asyncio.gather(*calls)


async def test_arguments_of_each_kind(connection: Connection) -> None:
    """Text, bytes and numbers are sent as they are."""
    await connection.call("HSET", "k", "text", "é", b"\x00\r\n", b"\xff", "number", 2**53)

    expected = {b"text": "é".encode(), b"\x00\r\n": b"\xff", b"number": b"9007199254740992"}
    assert expected == await connection.call("HGETALL", "k")


async def test_an_error_reply_fails_its_call_alone(connection: Connection) -> None:
    """An error is StoreRefused for the call it answers; its neighbours have their replies."""
    before, wrong, after = (connection.call(*args) for args in (("ECHO", "a"), ("NOSUCH",), ("ECHO", "b")))

    assert (b"a", b"b") == (await before, await after)
    with pytest.raises(StoreRefused, match="unknown command"):
        await wrong


async def test_a_cancelled_call_takes_its_own_reply_along(connection: Connection) -> None:
    """A call whose waiter has left shifts no reply to another."""
    calls = [connection.call("ECHO", str(i)) for i in range(3)]
    calls[1].cancel()

    assert (b"0", b"2") == (await calls[0], await calls[2])


async def test_pushes_are_told_apart_from_replies(store_url: str) -> None:
    """What is published arrives as a push, between replies."""
    pushes: list[list[Any]] = []
    connection = await reach(read_address(store_url), pushes.append)
    connection.send("SSUBSCRIBE", "a channel")
    assert 1 == await connection.call("SPUBLISH", "a channel", "hello")
    await eventually(lambda: len(pushes) == 2)
    connection.close()

    assert [[b"ssubscribe", b"a channel", 1], [b"smessage", b"a channel", b"hello"]] == pushes


async def test_a_broken_connection_leaves_the_outcome_unknown(proxy: FaultProxy) -> None:
    """Every call under way when the connection breaks ends as UnknownOutcome, and the loss is told once."""
    lost: list[bool] = []
    connection = await reach(read_address(proxy.url), on_lost=lambda: lost.append(True))
    proxy.plan(Fault.HOLD, b"ECHO")
    calls = [connection.call("ECHO", "a"), connection.call("ECHO", "b")]
    await eventually(lambda: proxy.happened)
    proxy.break_all()

    assert [UnknownOutcome] * 2 == [type(e) for e in await asyncio.gather(*calls, return_exceptions=True)]
    assert [True] == lost
    assert not connection.open


async def test_what_was_not_sent_yet_is_unknown_too(connection: Connection) -> None:
    """A call whose bytes may or may not have left ends as UnknownOutcome."""
    call = connection.call("ECHO", "a")
    connection.close()

    with pytest.raises(UnknownOutcome):
        await call


async def test_nothing_is_sent_without_a_connection(connection: Connection) -> None:
    """A call on a closed connection is refused before it is sent, and so is a subscription."""
    connection.close()

    for use in (connection.call, connection.send):
        with pytest.raises(StoreError, match="not connected") as caught:
            use("PING")
        assert StoreError is type(caught.value)


async def test_closing_twice_is_closing_once(store_url: str) -> None:
    """A connection that is closed again tells nobody again."""
    lost: list[bool] = []
    connection = await reach(read_address(store_url), on_lost=lambda: lost.append(True))
    connection.close()
    connection.close()
    await asyncio.sleep(0)

    assert [True] == lost


@pytest.mark.parametrize(
    "garbage", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"+a\r\n+b\r\n+c\r\n", b"*-7\r\n", b"\x00" * 10]
)
async def test_garbage_closes(garbage: bytes, proxy: FaultProxy) -> None:
    """Bytes that are no reply, and replies that nobody waits for, end the connection: nothing after them is trusted."""
    connection = await reach(read_address(proxy.url))
    proxy.plan(Fault.ANSWER, b"ECHO", garbage)
    call = connection.call("ECHO", "a")
    await asyncio.wait([call])
    await eventually(lambda: not connection.open)

    assert b"+a" in garbage or isinstance(call.exception(), UnknownOutcome)


async def test_a_store_that_says_nothing_is_given_up(proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call without an answer for too long breaks the connection, and its outcome is unknown."""
    monkeypatch.setattr(module, "REPLY_TIMEOUT_S", 0.1)
    connection = await reach(read_address(proxy.url))
    proxy.plan(Fault.HOLD, b"ECHO")

    with pytest.raises(UnknownOutcome):
        await connection.call("ECHO", "a")
    assert not connection.open


async def test_too_many_waiting_calls_are_refused(connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call beyond the bound is refused before it is sent."""
    monkeypatch.setattr(module, "CALLS_MAX", 2)
    calls = [connection.call("ECHO", "a") for _ in range(2)]

    with pytest.raises(StoreError, match="too many calls"):
        connection.call("ECHO", "b")
    assert [b"a", b"a"] == await asyncio.gather(*calls)


async def test_calls_that_belong_together_are_refused_together(
    connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where not all of them can wait, none is sent."""
    monkeypatch.setattr(module, "CALLS_MAX", 3)
    call = connection.call("SET", "counted", 0)

    with pytest.raises(StoreError, match="too many calls"):
        connection.call_all(*[("INCR", "counted")] * 3)
    await call
    assert [1, 2] == await asyncio.gather(*connection.call_all(*[("INCR", "counted")] * 2))


async def test_a_store_that_is_not_there() -> None:
    """An address where nobody listens is a StoreError: nothing was sent."""
    for url in ("unix:///nonexistent/store.sock", "redis://127.0.0.1:1"):
        with pytest.raises(StoreError, match="cannot be reached") as caught:
            await reach(read_address(url))
        assert StoreError is type(caught.value)


async def test_a_store_that_does_not_greet(proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that takes the connection and says nothing is given up, and the connection is closed."""
    monkeypatch.setattr(module, "CONNECT_TIMEOUT_S", 0.1)
    proxy.plan(Fault.HOLD, b"HELLO")

    with pytest.raises(StoreError, match="cannot be reached"):
        await reach(read_address(proxy.url))
    await eventually(lambda: not proxy.open)


async def test_a_store_that_refuses_us_is_left(store_url: str, proxy: FaultProxy) -> None:
    """A connection that is refused at its greeting does not stay open behind the error."""
    for refused in (f"{proxy.url}?db=99", proxy.url.replace("unix://", "unix://nobody:wrong@")):
        with pytest.raises(StoreRefused):
            await reach(read_address(refused))
        await eventually(lambda: not proxy.open)


async def test_login_and_database(store_url: str, connection: Connection) -> None:
    """User, password and database of the address are used."""
    await connection.call("ACL", "SETUSER", "mia", "on", ">p@ss/w", "~*", "+@all")
    try:
        mia = await reach(read_address(store_url.replace("unix://", "unix://mia:p%40ss%2Fw@") + "?db=3"))
        await mia.call("SET", "here", "3")

        assert b"mia" == await mia.call("ACL", "WHOAMI")
        mia.close()
        assert None is await connection.call("GET", "here")
        await connection.call("SELECT", 3)
        assert b"3" == await connection.call("GET", "here")
    finally:
        await connection.call("SELECT", 0)
        await connection.call("ACL", "DELUSER", "mia")


async def test_a_killed_store_breaks_the_connection(short_path: Path) -> None:
    """When the store dies, calls under way are unknown and later ones are not sent."""
    server = StoreServer(short_path / "d")
    server.start()
    connection = await reach(read_address(server.url))
    call = connection.call("BLPOP", "nothing", 0)
    other = await reach(read_address(server.url))
    await other.call("PING")
    server.stop()
    await eventually(lambda: not other.open)

    with pytest.raises(UnknownOutcome):
        await call
    with pytest.raises(StoreError, match="not connected"):
        connection.call("PING")
