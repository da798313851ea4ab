from __future__ import annotations

import asyncio
import logging

import pytest

from app.base.errors import StoreError
from app.edge.rereading import Rereading
from tests.edge.client import eventually


async def test_what_is_asked_for_during_a_read_is_read_after_it() -> None:
    """Once more, however often it was asked for: what had changed meanwhile is seen."""
    reads, may_end = 0, asyncio.Event()

    async def read() -> None:
        nonlocal reads
        reads += 1
        await may_end.wait()

    rereading = Rereading(read, "a thing")
    rereading.refresh()
    await eventually(lambda: reads == 1)
    rereading.refresh()
    rereading.refresh()
    may_end.set()
    await eventually(lambda: rereading._reading is None)

    assert 2 == reads


async def test_it_is_read_until_that_works(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> None:
    """A store that is away for a moment is asked again; the log says once what could not be read."""
    monkeypatch.setattr("app.edge.rereading.RETRY_S", 0.001)
    left = [StoreError("away"), StoreError("away"), None]

    async def read() -> None:
        failure = left.pop(0)
        if failure is not None:
            raise failure

    with caplog.at_level(logging.WARNING):
        Rereading(read, "a thing that fails", "main").refresh()
        await eventually(lambda: not left)

    assert ["a thing that fails of room main cannot be read: away"] == caplog.messages
