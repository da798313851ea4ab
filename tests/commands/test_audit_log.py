from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from app import cli
from tests.commands.books import running


def log(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, Any]:
    """The exit code, and what was printed for machines."""
    code = cli.main(["ops", "audit-log", *words, "--data", str(data), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else printed.err


def test_acts_of_the_command_line_are_in_the_log(
    short_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Under the name that was given, else that of whoever is logged in; they are searched, and a change is found."""
    data = short_path / "d"
    monkeypatch.setenv("LOGNAME", "root_of_all")
    do = ["--data", str(data), "--reason", "a stolen card"]
    with running(data):
        cli.main(["ops", "freeze", "ann", *do])
        cli.main(["ops", "adjust", "ann", "500", "--by", "mia", *do])
        cli.main(["ops", "grant", "bob", "50", "--by", "mia", *do])
        assert 1 == cli.main(["ops", "grant", "bob", "10000", "--by", "mia", *do])
        assert "ask for an adjustment" in capsys.readouterr().err
        _, all_of_it = log(capsys, data)
        _, hers = log(capsys, data, "--who", "command:mia", "--whom", "bob", "--from", "2020-01-01")
        _, nothing = log(capsys, data, "--to", "2020-01-01")
        cli.main(["ops", "audit-log", "--what", "freeze", "--data", str(data)])
        line = capsys.readouterr().out
        with closing(sqlite3.connect(data / "archive.db", isolation_level=None)) as connection:
            connection.execute("DROP TRIGGER audit_log_stay_update")
            connection.execute("UPDATE audit_log SET who = 'command:tom' WHERE n = 2")
        code, changed = log(capsys, data)
        verified = cli.main(["ledger", "verify", "--data", str(data)])

    assert [("command:mia", "grant"), ("command:mia", "ask_adjustment"), ("command:root_of_all", "freeze")] == [
        (entry["who"], entry["what"]) for entry in all_of_it["entries"]
    ]
    assert (["grant"], []) == ([entry["what"] for entry in hers["entries"]], nothing["entries"])
    assert "command:root_of_all  freeze  ann  'a stolen card'" in line
    found = ["the audit log's entry 2 is not what was written"]
    assert (1, found, 1) == (code, changed["problems"], verified)
    assert found[0] in capsys.readouterr().out


@pytest.mark.parametrize("words", [["--from", "yesterday"], ["--to", "1200"], ["--limit", "0"], ["--limit", "99999"]])
def test_a_bad_search_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str], words: list[str]) -> None:
    """What is no time, and a number out of bounds."""
    assert 2 == cli.main(["ops", "audit-log", *words, "--data", str(tmp_path)])
    assert words[0] in capsys.readouterr().err
