from __future__ import annotations

import asyncio
from functools import partial

import pytest

from app.base.errors import UnknownOutcome
from app.store.address import read_address
from app.store.link import Link, Node
from app.store.reach import reach
from tests.fault_proxy import FaultProxy, eventually


async def test_all_that_wait_share_one_attempt(proxy: FaultProxy) -> None:
    """Many that ask at once get the same connection; after it broke, the next gets a new one."""
    link = Link(partial(reach, read_address(proxy.url)))
    first = await asyncio.gather(*(link.open() for _ in range(10)))
    proxy.break_all()
    await eventually(lambda: link.connection is None)
    second = await link.open()
    link.close()

    assert {first[0]} == set(first)
    assert first[0] is not second
    assert 2 == proxy.connections


async def test_one_that_is_being_opened_is_closed_too(proxy: FaultProxy) -> None:
    """Whoever closes it in that moment leaves no line to the store behind."""
    link = Link(partial(reach, read_address(proxy.url)))
    opening = asyncio.ensure_future(link.open())
    await asyncio.sleep(0)
    link.close()
    connection = await opening
    await eventually(lambda: not proxy.open)

    assert (False, None) == (connection.open, link.connection)


async def test_nobody_waits_behind_a_write(proxy: FaultProxy) -> None:
    """A node's writes that wait have a connection of their own, which closes with the node."""
    node = Node(partial(reach, read_address(proxy.url)), waits=True)
    blocked = (await node.writes.open()).call("BLPOP", "nothing", 0)

    assert b"PONG" == await (await node.reads.open()).call("PING")
    node.close()
    with pytest.raises(UnknownOutcome):
        await blocked
