from __future__ import annotations

import asyncio

import pytest

from app.archive import asked
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal


async def test_a_key_is_for_one_thing_of_one_person(archive: Archive) -> None:
    """The same again was asked before; something else by that key is refused; others have their own keys."""
    asks = [("ann", "k", "refund"), ("ann", "k", "refund"), ("bob", "k", "refund"), ("ann", "l", "reject")]

    assert [False, True, False, False] == [await archive.write(asked.before, *one) for one in asks]
    with pytest.raises(Refusal, match="id_reused"):
        await archive.write(asked.before, "ann", "k", "reject")


async def test_without_a_key_nothing_was_asked_before(archive: Archive) -> None:
    """However often."""
    assert [False, False] == [await archive.write(asked.before, "ann", None, "refund") for _ in range(2)]


async def test_of_many_at_once_one_is_the_first(archive: Archive) -> None:
    """All others are told that it was asked for before."""
    answers = await asyncio.gather(*(archive.write(asked.before, "ann", "k", "refund") for _ in range(8)))

    assert [False, *[True] * 7] == sorted(answers)


async def test_what_is_not_done_leaves_the_key_unused(archive: Archive) -> None:
    """A transaction that fails takes its key back."""

    def refused(connection: Connection) -> None:
        asked.before(connection, "ann", "k", "refund")
        raise Refusal("not_refundable")

    with pytest.raises(Refusal, match="not_refundable"):
        await archive.write(refused)

    assert not await archive.write(asked.before, "ann", "k", "reject")
