from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.base.config import Settings
from app.base.errors import StoreError
from app.commands.desk import open_desk
from app.rules.entries import Grant
from app.store.moves import Posted
from tests.commands.books import running


def test_a_desk_posts_to_the_books(short_path: Path) -> None:
    """A command's moves stand in the ledger of the data folder, once for each key."""
    grant = Grant(id="command:k", user="ann", coins=5, reason="why", by="command")

    async def post() -> list[Posted]:
        async with open_desk(Settings(data=short_path / "d")) as desk:
            assert 0 == await desk.delivery.deliver()
            return [await desk.moves.post_one(grant) for _ in range(2)]

    with running(short_path / "d"):
        first, again = asyncio.run(post())
    assert ((5, 0), False, True) == (first.noted, first.duplicate, again.duplicate)


async def test_there_is_no_desk_without_a_ledger(tmp_path: Path) -> None:
    """Where no server was ever started, nothing is begun."""
    with pytest.raises(StoreError, match="no ledger was ever opened"):
        async with open_desk(Settings(data=tmp_path / "none")):
            pass
