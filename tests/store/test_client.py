from __future__ import annotations

import asyncio
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.base.errors import REASONS, StoreError, StoreRefused, UnknownOutcome
from app.store import connection
from app.store.client import PASSING, REASON_OF, Store, is_passing, reason_of
from app.store.scripts import script
from app.store.server import StoreServer
from tests.fault_proxy import Fault, FaultProxy, eventually

LOOK = ("tot:none", "jr:none", "coins:none")


@pytest.fixture
async def store(proxy: FaultProxy) -> AsyncIterator[Store]:
    """The store behind the proxy."""
    store = Store(proxy.url)
    yield store
    store.close()


async def test_scripts_are_loaded_when_they_are_missing(store: Store, proxy: FaultProxy) -> None:
    """After SCRIPT FLUSH a script is loaded again and run, once."""
    for _ in range(2):
        await store.call("SCRIPT", "FLUSH", "SYNC")
        proxy.heard.clear()

        assert b"" == await store.run("open_ledger", list(LOOK), "", "1")
        assert (2, 1) == (proxy.count(b"EVALSHA"), proxy.count(b"LOAD"))
    proxy.heard.clear()
    await store.run("open_ledger", list(LOOK), "", "1")
    assert (1, 0) == (proxy.count(b"EVALSHA"), proxy.count(b"LOAD"))


async def test_other_refusals_load_nothing(store: Store, proxy: FaultProxy) -> None:
    """A script that fails is not loaded and not run again."""
    await store.run("open_ledger", list(LOOK), "", "1")
    proxy.heard.clear()
    with pytest.raises(StoreRefused):
        await store.run("open_ledger", [], "")

    assert (1, 0) == (proxy.count(b"EVALSHA"), proxy.count(b"LOAD"))


@pytest.mark.parametrize(("fault", "ran"), [(Fault.DROP_REQUEST, 0), (Fault.DROP_REPLY, 1)])
async def test_no_call_is_sent_twice(fault: Fault, ran: int, store: Store, proxy: FaultProxy) -> None:
    """When the connection breaks before or after the store has run a call, the call fails and is left at that."""
    await store.call("SET", "counter", 0)
    proxy.heard.clear()
    proxy.plan(fault, b"INCR")
    with pytest.raises(UnknownOutcome):
        await store.call("INCR", "counter")

    assert ran == int(await store.call("GET", "counter"))
    assert ran == proxy.count(b"INCR")
    assert 2 == proxy.connections


async def test_no_script_is_sent_twice(store: Store, proxy: FaultProxy) -> None:
    """A script whose answer is lost is left at that too."""
    await store.run("open_ledger", list(LOOK), "", "1")
    proxy.heard.clear()
    proxy.plan(Fault.DROP_REPLY)
    with pytest.raises(UnknownOutcome):
        await store.run("open_ledger", list(LOOK), "", "1")

    assert 1 == proxy.count(b"EVALSHA")


async def test_a_lost_load_runs_nothing(store: Store, proxy: FaultProxy) -> None:
    """A connection that breaks while a script is loaded leaves it unrun."""
    await store.call("SCRIPT", "FLUSH", "SYNC")
    proxy.plan(Fault.DROP_REPLY, b"LOAD")
    with pytest.raises(UnknownOutcome):
        await store.run("open_ledger", list(LOOK), "", "1")

    assert 1 == proxy.count(b"EVALSHA")
    assert b"" == await store.run("open_ledger", list(LOOK), "", "1")


async def test_what_is_said_to_be_unsent_was_not_sent(proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch) -> None:
    """A script is refused for too many calls before anything of it is sent, also where replicas are waited for."""
    store = Store(proxy.url, replicas_ack=1)
    await store.open(LOOK[0])
    with monkeypatch.context() as patch:
        patch.setattr(connection, "CALLS_MAX", 2)
        with pytest.raises(StoreError, match="too many calls") as caught:
            await store.run("open_ledger", list(LOOK), "e", "1")
    await (await store.open(LOOK[0])).call("PING")
    store.close()

    assert StoreError is type(caught.value)
    assert 0 == proxy.count(b"EVALSHA")


async def test_all_that_wait_share_one_connection(store: Store, proxy: FaultProxy) -> None:
    """Calls that come while the connection is opened wait for the same one."""
    assert [b"a"] * 10 == await asyncio.gather(*(store.call("ECHO", "a") for _ in range(10)))
    assert 1 == proxy.connections


async def test_one_who_leaves_does_not_cancel_the_opening(store: Store, proxy: FaultProxy) -> None:
    """A caller that is cancelled while the connection is opened takes it from nobody."""
    first = asyncio.ensure_future(store.call("ECHO", "a"))
    second = asyncio.ensure_future(store.call("ECHO", "b"))
    await asyncio.sleep(0)
    first.cancel()

    assert b"b" == await second
    assert 1 == proxy.connections


async def test_a_store_that_is_not_there() -> None:
    """Each call tries anew, and fails as StoreError: nothing was sent."""
    store = Store("unix:///nonexistent/store.sock")
    for _ in range(2):
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.call("PING")
    store.close()


async def test_it_comes_back_after_the_store_was_killed(short_path: Path) -> None:
    """After kill -9 and a restart of the store, calls and scripts go on, on what had been acknowledged."""
    server = StoreServer(short_path / "d")
    server.start()
    store = Store(server.url)
    try:
        await store.run("open_ledger", list(LOOK), "e", "1")
        under_way = asyncio.ensure_future(store.call("BLPOP", "nothing", 0))
        await store.call("PING")
        assert server.pid
        os.kill(server.pid, signal.SIGKILL)
        with pytest.raises(UnknownOutcome):
            await under_way
        await eventually(lambda: server.poll() is not None)
        with pytest.raises(StoreError, match="cannot be reached"):
            await store.call("PING")
        server.spawn()
        server.wait_ready()

        assert b"e" == await store.run("open_ledger", list(LOOK), "", "1")
    finally:
        store.close()
        server.stop()


@pytest.mark.parametrize("word", PASSING)
async def test_passing_errors_are_told_apart(word: str, store: Store, proxy: FaultProxy) -> None:
    """An error that says "not now" is known as passing."""
    await store.call("PING")
    proxy.plan(Fault.ANSWER, b"ECHO", f"-{word} come back\r\n".encode())
    with pytest.raises(StoreRefused) as caught:
        await store.call("ECHO", "a")

    assert is_passing(caught.value)


@pytest.mark.parametrize("word", ["OOM", "MISCONF", "READONLY", "NOSCRIPT", "WRONGTYPE", "ERR", ""])
def test_other_errors_do_not_pass(word: str) -> None:
    """Any other refusal, and an unknown outcome, do not pass by themselves."""
    assert not is_passing(StoreRefused(f"{word} and so on"))
    assert not is_passing(UnknownOutcome("BUSY"))


def test_the_script_is_known_by_its_text() -> None:
    """The hash that is called is that of the text that is loaded."""
    assert script("open_ledger") is script("open_ledger")


def test_why_it_refuses() -> None:
    """The first word of what the store answers says why; what never was answered is that the store is away."""
    known = {reason_of(StoreRefused(f"{word} and so on")) for word in [*PASSING, "OOM", "MISCONF", "READONLY"]}

    assert {"loading", "busy", "out_of_memory", "disk", "read_only"} == known
    assert "refused" == reason_of(StoreRefused("ERR OOM"))
    assert ["away", "away"] == [reason_of(error) for error in (StoreError("OOM"), UnknownOutcome("OOM"))]
    assert set(REASON_OF.values()) <= REASONS.keys()


async def test_why_it_refuses_writes(short_path: Path) -> None:
    """What a real store answers while it is full, a replica, without replicas or behind a password is understood."""
    server = StoreServer(short_path / "d")
    server.start()
    store = Store(server.url)

    async def why() -> str:
        with pytest.raises(StoreRefused) as caught:
            await store.run("report_viewers", ["viewers"], "w", 1, 1)
        return reason_of(caught.value)

    try:
        for name, value, usual, reason in (
            ("maxmemory", "1", "0", "out_of_memory"),
            ("min-replicas-to-write", "1", "0", "no_replicas"),
            ("replicaof", "127.0.0.1 1", "no one", "read_only"),
        ):
            for words in (value, usual):
                set_to = ("REPLICAOF", *words.split()) if name == "replicaof" else ("CONFIG", "SET", name, words)
                await store.call(*set_to)
                if words == value:
                    assert reason == await why()
        await store.call("ACL", "SETUSER", "default", "on", ">secret", "resetkeys")
        assert "denied" == await why()
    finally:
        store.close()
        server.stop()
