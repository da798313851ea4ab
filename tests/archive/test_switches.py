from __future__ import annotations

import asyncio
import threading

import msgspec
import pytest

from app.archive import switches
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.switches import NAMES, Switch

OFF = Switch(name="payouts", on=False, reason="the bank is away", by="person:op", changed_ms=5)


async def test_everything_is_on_until_it_is_switched_off(archive: Archive) -> None:
    """Then it is refused with the reason, until it is on again; who did it is kept."""
    assert dict.fromkeys(NAMES, True) == {one.name: one.on for one in await archive.read(switches.every)}
    await archive.write(switches.put, OFF)
    with pytest.raises(Refusal, match="the bank is away"):
        await archive.write(switches.check_on, "payouts")

    assert [False, True] == [await archive.read(switches.is_on, name) for name in ("payouts", "gifts")]
    assert OFF in await archive.read(switches.every)


async def test_what_has_found_it_on_ends_before_it_is_off(archive: Archive) -> None:
    """A purchase that is being written down comes first: nothing slips by once the switch is answered."""
    order: list[str] = []
    begun, may_end = threading.Event(), threading.Event()

    def buy(connection: Connection) -> None:
        switches.check_on(connection, "purchases")
        begun.set()
        assert may_end.wait(10)
        order.append("bought")

    async def switch_off() -> None:
        await archive.write(switches.put, msgspec.structs.replace(OFF, name="purchases"))
        order.append("off")

    buying = asyncio.create_task(archive.write(buy))
    await asyncio.to_thread(begun.wait, 10)
    switching = asyncio.create_task(switch_off())
    asyncio.get_running_loop().call_later(0.1, may_end.set)
    await asyncio.gather(buying, switching)

    assert ["bought", "off"] == order
