from __future__ import annotations

import asyncio
from functools import partial

import pytest

from app.base.errors import UnknownOutcome
from app.store.address import read_address
from app.store.link import WRITING_MAX, Link, Node
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
    """What waits in one slot keeps neither reads nor other slots waiting; it is over when the node is closed."""
    node = Node(partial(reach, read_address(proxy.url)), waits=True)
    blocked = (await node.writes(1).open()).call("BLPOP", "nothing", 0)

    assert b"PONG" == await (await node.reads.open()).call("PING")
    assert b"PONG" == await (await node.writes(2).open()).call("PING")
    node.close()
    with pytest.raises(UnknownOutcome):
        await blocked


@pytest.mark.parametrize("waits", [True, False])
def test_slots_share_connections_where_they_are_many(waits: bool) -> None:
    """A slot's writes take one way for ever; the first has that of all reads where nothing waits."""
    node = Node(partial(reach, read_address("redis://nowhere")), waits=waits)
    links = [node.writes(slot) for slot in range(2 * WRITING_MAX)]

    assert links == [node.writes(slot) for slot in range(2 * WRITING_MAX)]
    assert WRITING_MAX == len(set(map(id, links)))
    assert waits == (links[0] is not node.reads)
