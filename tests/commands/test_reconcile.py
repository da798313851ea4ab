from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from app.store.settings_check import connect
from tests.commands.books import running


def reconcile(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "reconcile", "--data", str(data), *more])


def test_accounts_that_differ_are_shown(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Store and books agree, on a store that runs or not; a coin too many is shown beside what should be there."""
    data = short_path / "d"
    with running(data) as server:
        cli.main(["tokens", "--count", "2", "--coins", "70", "--data", str(data)])
        capsys.readouterr()
        assert 0 == reconcile(data)
        assert "Store and books agree" in capsys.readouterr().out
        client = connect(server.url)
        client.hincrby("coins:{p0}", "load-2", 1)
        client.close()
        assert 1 == reconcile(data)
        said = capsys.readouterr().out
    assert 1 == reconcile(data, "--json")
    report = json.loads(capsys.readouterr().out)

    assert ["viewer:load-2:coins", "71", "70"] in [line.split() for line in said.splitlines()]
    assert [{"what": "viewer:load-2:coins", "store": 71, "books": 70}] == report["differences"]
    assert (False, 2, 2) == (report["ok"], report["n"], report["wallets"])


def test_another_ledger_is_said_to_be_one(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store that was emptied under its folder does not agree with anything."""
    data = short_path / "d"
    with running(data) as server:
        client = connect(server.url)
        client.flushall()
        client.close()
        assert 1 == reconcile(data)
    assert "the store has ledger none, this data folder belongs to e1" in capsys.readouterr().out
