from __future__ import annotations

import json
from pathlib import Path

import pytest

from app import cli
from app.rules.moments import moment_text
from tests.commands.books_on_disk import archived
from tests.journal import BORN_MS


def balance(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "balance", "--data", str(data), *more])


def test_what_somebody_had(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An account or all of a person's are told as of a number, of a time, or of now; what is owed is below zero."""
    archived(tmp_path)
    assert 0 == balance(tmp_path, "ann", "--at", "2")
    assert "Right after n 2, written at " in (said := capsys.readouterr().out)
    assert "  viewer:ann:coins  95\n" in said
    assert 0 == balance(tmp_path, "viewer:ann:coins", "--at", moment_text(BORN_MS + 1000), "--json")
    assert {
        "n": 1,
        "at_ms": BORN_MS + 1000,
        "archived_n": 3,
        "balances": {"viewer:ann:coins": 100},
        "partition": 0,
    } == json.loads(capsys.readouterr().out)
    assert 0 == balance(tmp_path, "platform:diamonds_minted")
    assert "  platform:diamonds_minted  -7\n" in capsys.readouterr().out


def test_who_had_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Somebody who is not in the books by then is exit code 1."""
    archived(tmp_path)

    assert 1 == balance(tmp_path, "nobody")
    assert "no account nobody had anything by n 3" in capsys.readouterr().err
    assert 1 == balance(tmp_path, "sam", "--at", "1")
