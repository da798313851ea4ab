from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from app.rules.partitions import partition
from app.store.settings_check import connect
from tests.commands.books import running


def verify(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "verify", "--data", str(data), *more])


def test_books_that_balance_are_said_to_whether_or_not_a_store_runs(
    short_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The proof is the same on a running store and on one that is started for it alone."""
    data = short_path / "d"
    with running(data):
        cli.main(["tokens", "--count", "2", "--coins", "70", "--data", str(data)])
        capsys.readouterr()
        codes = [verify(data, "--json")]
        reports = [json.loads(capsys.readouterr().out)]
    codes.append(verify(data, "--json"))
    reports.append(json.loads(capsys.readouterr().out))

    assert [0, 0] == codes
    assert reports[0] == reports[1]
    assert (True, {"grant": 2}, 140, 140, 0) == tuple(
        reports[0][name] for name in ("ok", "kinds", "issued", "in_wallets", "spent")
    )


def test_a_balance_changed_by_hand_is_found(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One coin too many in one wallet is exit code 1, with the wallet's name."""
    data = short_path / "d"
    with running(data) as server:
        cli.main(["tokens", "--count", "2", "--coins", "70", "--data", str(data)])
        client = connect(server.url)
        client.hincrby("coins:{p0}", "load-2", 1)
        client.close()
        code = verify(data)
    said = capsys.readouterr().out

    assert 1 == code
    assert "THE BOOKS DO NOT BALANCE" in said
    assert "viewer:load-2:coins: the store has 71, the journal gives 70" in said


def test_all_partitions_are_proved(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many are proved as the store's ledger has, whatever the settings say; what is wrong is told with its place."""
    data = short_path / "d"
    with running(data, 4) as server:
        cli.main(["tokens", "--count", "9", "--coins", "70", "--data", str(data)])
        capsys.readouterr()
        codes = [verify(data)]
        said = capsys.readouterr().out
        client = connect(server.url)
        client.hincrby(f"coins:{{p{partition('load-3', 4)}}}", "load-3", 1)
        client.delete(f"tot:{{p{partition('load-4', 4)}}}")
        client.close()
        codes.append(verify(data))
        wrong = capsys.readouterr().out

    assert [0, 1] == codes
    assert "Ledger e1: 9 entries in 4 partitions (n " in said
    assert "coins     issued 630 = in wallets 630 + spent 0" in said
    assert f"partition {partition('load-3', 4)}: viewer:load-3:coins: the store has 71, the journal gives 70" in wrong
    assert f"partition {partition('load-4', 4)}: the store has ledger none, this data folder belongs to e1" in wrong


def test_a_flushed_store_is_not_a_balanced_one(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An empty store under a folder with a ledger is a problem, not zero coins in good order."""
    data = short_path / "d"
    with running(data) as server:
        client = connect(server.url)
        client.flushall()
        client.close()
        code = verify(data)

    assert 1 == code
    assert "the store has ledger none" in capsys.readouterr().out


def test_a_folder_without_a_ledger_is_said_to_be_one(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no server ever ran there is nothing to prove."""
    assert 1 == verify(short_path)
    assert "no ledger was ever opened" in capsys.readouterr().err
