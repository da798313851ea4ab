from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app import cli
from app.rules.barred import Barred
from app.store.client import Store
from app.store.standing import Standing
from tests.commands.books import EPOCH, running
from tests.commands.test_ops import ops
from tests.deciding import all_barred


def test_a_ban_and_revoked_tokens(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The store judges by it at once, the log says who and why; a bad user, id or reason is refused."""
    data = short_path / "d"
    why = ["--by", "mia", "--reason", "threats"]
    with running(data) as server:
        assert (0, {"user": "ann", "banned": True}) == ops(capsys, data, "ban", "ann", *why)
        assert 0 == cli.main(["ops", "revoke", "ann", "--token", "t-1", *why, "--data", str(data)])
        assert "The token t-1 of ann is good for nothing any more." in capsys.readouterr().out
        barred = asyncio.run(_barred(server.url))
        assert ({"ann"}, True, ["t-1"]) == (set(barred), barred["ann"].banned, [id for id, _ in barred["ann"].tokens])
        _, revoked = ops(capsys, data, "revoke", "ann", *why)
        assert 0 == cli.main(["ops", "unban", "ann", *why, "--data", str(data)])
        assert "ann is no longer banned." in capsys.readouterr().out
        barred = asyncio.run(_barred(server.url))
        assert (False, revoked["before_ms"]) == (barred["ann"].banned, barred["ann"].before_ms)
        for wrong in (["ban", "a b", *why], ["revoke", "ann", "--token", "", *why], ["unban", "ann", "--reason", " "]):
            code, said = ops(capsys, data, *wrong)
            assert (1, True) == (code, "bad_request" in said), wrong
        _, log = ops(capsys, data, "audit-log", "--whom", "ann")
    acts = [(one["what"], one["who"], one["reason"], one["details"]) for one in log["entries"]]
    assert [
        ("unban", "command:mia", "threats", ""),
        ("revoke_tokens", "command:mia", "threats", ""),
        ("revoke_token", "command:mia", "threats", "t-1"),
        ("ban", "command:mia", "threats", ""),
    ] == acts


async def _barred(url: str) -> dict[str, Barred]:
    store = Store(url)
    try:
        return await all_barred(Standing(store, EPOCH))
    finally:
        store.close()
