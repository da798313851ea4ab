"""Several partitions are asked at once, and those that answer are gone on with: a node that is away stops nobody."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Sequence
from typing import TypeVar

from app.base.errors import StoreError

T = TypeVar("T")

# So long do those that answer wait for the others.
ANSWER_S = 1.0


async def those_that_answer(asked: Sequence[Awaitable[T]]) -> dict[int, T]:
    """What is answered, by the place of what was asked. Where nothing is in time, all are waited for to the end.

    Raises:
        StoreError: nothing is answered. Any other error of one of them is raised in any case.
    """
    if not asked:
        return {}
    tasks = [asyncio.ensure_future(one) for one in asked]
    try:
        done, late = await asyncio.wait(tasks, timeout=ANSWER_S)
        if late and all(task.exception() for task in done):
            await asyncio.wait(late)
    finally:
        for task in tasks:
            task.cancel()
    ended = {k: task for k, task in enumerate(tasks) if task.done()}
    errors = [error for task in ended.values() if (error := task.exception())]
    found = {k: task.result() for k, task in ended.items() if not task.exception()}
    # The errors of nodes that are away come last: they are no errors where others are there.
    for error in sorted(errors, key=lambda error: isinstance(error, StoreError)):
        if not found or not isinstance(error, StoreError):
            raise error
    return found
