from __future__ import annotations

import csv
from pathlib import Path

import pytest

from app import cli
from tests.commands.books_on_disk import archived


def export(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "export", "--data", str(data), *more])


def test_both_tables_go_into_a_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Entries and postings are files that nobody else may read, whole or not there; the count is said."""
    archived(tmp_path)
    out = tmp_path / "books" / "all"

    assert 0 == export(tmp_path, "--out", str(out))
    assert "fanfare: 3 entries, n 1 to 3 in" in capsys.readouterr().err
    files = {path.name: path for path in out.iterdir()}
    assert {"entries.csv", "postings.csv"} == files.keys()
    assert {0o600} == {path.stat().st_mode & 0o777 for path in files.values()}
    assert ["1", "2", "3"] == [row["n"] for row in csv.DictReader(files["entries.csv"].read_text().splitlines())]
    assert 2 + 4 + 4 == len(list(csv.DictReader(files["postings.csv"].read_text().splitlines())))


def test_one_table_goes_to_standard_output(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a folder it is the entries, or the table that was asked for, from one moment to another."""
    archived(tmp_path)
    export(tmp_path, "--from", "2")
    entries = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    export(tmp_path, "--table", "postings", "--to", "1")
    postings = list(csv.DictReader(capsys.readouterr().out.splitlines()))
    export(tmp_path, "--from", "2100-01-01")
    nothing = capsys.readouterr()

    assert [("2", "gift"), ("3", "gift")] == [(row["n"], row["kind"]) for row in entries]
    assert [("viewer:ann:coins", "100", "100")] == [
        (row["account"], row["amount"], row["balance"]) for row in postings if row["account"].startswith("viewer")
    ]
    assert ("n,time,kind,key,head,line,partition\n", True) == (
        nothing.out.replace("\r", ""),
        "no entries" in nothing.err,
    )


def test_a_moment_that_is_none_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong moment says what one is like."""
    with pytest.raises(SystemExit):
        export(tmp_path, "--from", "yesterday")
    assert "'yesterday' is no entry's number, and no time like 2026-11-25" in capsys.readouterr().err


def test_a_wrong_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no server has been there is nothing to write, and no folder is made."""
    assert 1 == export(tmp_path / "typo")
    assert "no ledger was ever opened" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


def test_a_folder_that_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where there can be no folder, it is a sentence."""
    archived(tmp_path)

    assert 2 == export(tmp_path, "--out", "/dev/null/books")
    assert "/dev/null/books/entries.csv cannot be written: Not a directory" in capsys.readouterr().err
