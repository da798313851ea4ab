"""The count of connections by address."""

from __future__ import annotations

import asyncio
import os
import resource
import signal
from contextlib import AsyncExitStack

import pytest
from websockets.exceptions import InvalidStatus

from app.base.descriptors import RESERVE, for_clients
from app.base.metrics import Metrics
from app.edge.connections import Connections, Verdict
from app.rules.messages import GiftAccepted
from tests.edge.product import Product
from tests.edge.site import new_id


def test_address_has_so_many_connections_and_gets_them_back() -> None:
    """Beyond the limit it is refused, beyond twice the limit it is a flood; what ended counts no longer, once."""
    connections = Connections(2, Metrics("0"))
    tickets = [connections.enter("192.0.2.7", 9) for _ in range(5)]
    assert [Verdict.SERVED] * 2 + [Verdict.ADDRESS_FULL] * 2 + [Verdict.ADDRESS_FLOOD] == [t.verdict for t in tickets]
    assert Verdict.SERVED is connections.enter("192.0.2.8", 9).verdict
    for ticket in (*tickets, *tickets):
        ticket.release()
    assert {"192.0.2.8": 1} == connections.addresses


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.15", "::1", ""])
def test_this_machine_may_have_any_number(address: str) -> None:
    """Loopback is counted and never refused; a proxy's connections are not even counted."""
    connections = Connections(1, Metrics("0"))
    assert {Verdict.SERVED} == {connections.enter(address, 9).verdict for _ in range(10)}


def test_proxied_connection_counts_for_whom_the_proxy_names() -> None:
    """From then on it has that address's place, and gives it back."""
    connections = Connections(1, Metrics("0"))
    first, second = connections.enter("", 9), connections.enter("", 9)
    assert (True, False) == (first.count_for("192.0.2.7"), second.count_for("192.0.2.7"))
    assert {"192.0.2.7": 2} == connections.addresses
    first.release()
    second.release()
    assert not connections.addresses


def test_last_descriptors_are_not_for_clients() -> None:
    """The number of a new socket says how many are open at least."""
    connections = Connections(0, Metrics("0"))
    assert Verdict.SERVED is connections.enter("192.0.2.7", for_clients() - 1).verdict
    assert Verdict.WORKER_FULL is connections.enter("192.0.2.7", for_clients()).verdict


async def test_at_the_descriptor_limit_nobody_hangs(product: Product) -> None:
    """Each of many viewers is welcomed or refused at once; those inside give gifts, even when the store restarts."""
    (worker,) = product.worker_pids()
    held = len(os.listdir(f"/proc/{worker}/fd"))
    before = resource.prlimit(worker, resource.RLIMIT_NOFILE)
    await product.grant("ann", 100)
    async with product.join("ann") as ann, AsyncExitStack() as stack:
        resource.prlimit(worker, resource.RLIMIT_NOFILE, (held + RESERVE + 20, before[1]))

        async def outcome(number: int) -> int:
            try:
                await stack.enter_async_context(product.join(f"v{number}", "main"))
            except InvalidStatus as refused:
                return refused.response.status_code
            return 101

        outcomes = await asyncio.gather(*(outcome(number) for number in range(120)))
        assert {101, 503} == set(outcomes)
        assert 10 <= outcomes.count(101) <= 60
        assert isinstance(await ann.send_gift(new_id()), GiftAccepted)

        store = product.store_pid()
        os.kill(store, signal.SIGKILL)
        assert isinstance(await ann.send_gift(new_id()), GiftAccepted)
        assert store != product.store_pid()
        resource.prlimit(worker, resource.RLIMIT_NOFILE, before)
        async with product.join("late") as late:
            await late.ping("there is room again")
    assert 1 == product.complaints().count("no descriptors are left")
