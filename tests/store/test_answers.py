from __future__ import annotations

import asyncio
from typing import Any

import pytest

from app.base.errors import ConfigError, StoreError
from app.store.answers import those_that_answer
from app.store.client import Store
from tests.fault_proxy import FaultProxy, eventually


async def raising(error: Exception) -> Any:
    """Answers with an error."""
    raise error


async def never() -> Any:
    """Hangs."""
    await asyncio.get_running_loop().create_future()


async def said(word: str) -> str:
    """Answers."""
    return word


async def test_those_that_are_away_hold_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who answers is told by their place; who hangs, or cannot be reached, is left out, and is asked no longer."""
    monkeypatch.setattr("app.store.answers.ANSWER_S", 0.05)
    found = await those_that_answer([never(), said("b"), raising(StoreError("away")), said("d")])

    assert {1: "b", 3: "d"} == found
    await eventually(lambda: not any("never" in repr(task) for task in asyncio.all_tasks()))


async def test_what_is_wrong_is_raised_whoever_answers() -> None:
    """An error that is none of the store's being away is raised; that one too where nobody answers."""
    with pytest.raises(ConfigError, match="damaged"):
        await those_that_answer([said("a"), raising(StoreError("away")), raising(ConfigError("damaged"))])
    with pytest.raises(StoreError, match="away"):
        await those_that_answer([raising(StoreError("away")), raising(StoreError("away"))])


async def test_a_store_that_is_slow_as_a_whole_is_waited_for(
    proxy: FaultProxy, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where nothing is answered in time, whatever comes later counts."""
    monkeypatch.setattr("app.store.answers.ANSWER_S", 0.0)
    store = Store(proxy.url)
    found = await those_that_answer([store.call("ECHO", "a"), store.call("ECHO", "b")])
    store.close()

    assert {0: b"a", 1: b"b"} == found
