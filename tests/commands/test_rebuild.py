from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.actions.books import rebuild_ledger
from app.archive.archive import Archive
from app.archive.cursor import begin_cursors
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.archive.recorder import Recorder
from app.rules.standing import Mark
from app.store.client import Store
from app.store.journal import Journal as StoredJournal
from app.store.seen import Seen
from app.store.settings_check import connect
from tests.commands.books import EPOCH, running
from tests.journal import Journal, gift, grant


@pytest.fixture(autouse=True)
def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for clients' clocks."""
    monkeypatch.setattr(rebuild_ledger, "SKEW_MS", 0)


@pytest.fixture
def data(short_path: Path) -> Path:
    """A data folder whose archive has three entries, and whose store has no ledger any more."""
    data = short_path / "d"
    with running(data):
        pass
    shutil.rmtree(data / "store")
    keep_books(data / "archive.db")
    return data


def keep_books(path: Path) -> None:
    """An archive of three entries."""
    journal = Journal()
    journal.write(grant("ann", 100), grant("bob", 5))
    journal.write(gift("ann", "sam", 10))
    archive = Archive(sqlite_url(path))
    archive.write_now(migrate)
    archive.write_now(Recorder(EPOCH, lambda card: 1000).record, journal.placed)
    archive.close()


def rebuild(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "rebuild", "--data", str(data), *more])


def test_a_lost_store_is_whole_again(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The store has the ledger as archived, which is said; a second time there is nothing to do."""
    seen = Seen(data, EPOCH, "0")
    seen.note_mark(Mark(0, 9, "f" * 40, "1790000009000-0"))
    seen.close()
    assert 0 == rebuild(data)
    said = capsys.readouterr().out
    assert 1 == rebuild(data)

    assert "The store has ledger e1 up to n 3 (head " in said
    assert "4 balances, 0 names frozen, 0 rooms, 0 answers" in said
    assert "LOST: 6 entries, n 4 to 9 (head ffffffffffff), were answered" in said
    assert "the store has the ledger up to n 3, as the archive has it" in capsys.readouterr().err
    assert 0 == cli.main(["tokens", "--coins", "10", "--data", str(data)])


def test_machines_are_told_as_well(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With --json all of it is one object."""
    assert 0 == rebuild(data, "--json")
    told: dict[str, Any] = json.loads(capsys.readouterr().out)

    assert (EPOCH, 3, 4, 0, None) == tuple(told[name] for name in ("epoch", "n", "accounts", "missing", "replaced_n"))


def test_all_partitions_are_whole_again(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As many partitions are rebuilt as the books have; one alone that has lost its ledger gets it back."""
    data = short_path / "d"
    with running(data, 4) as server:
        cli.main(["tokens", "--count", "9", "--coins", "70", "--data", str(data)])
        asyncio.run(keep_all_books(server.url, data))
        connect(server.url).flushall()
        capsys.readouterr()
        codes = [rebuild(data)]
        said = capsys.readouterr().out
        connect(server.url).delete("tot:{p0}", "jr:{p0}", "coins:{p0}")
        codes += [rebuild(data, "--json")]
        told = json.loads(capsys.readouterr().out)
        codes += [cli.main(["ledger", command, "--data", str(data)]) for command in ("verify", "reconcile")]

    assert [0] * 4 == codes
    assert 4 == said.count("The store has ledger e1 up to n ")
    assert "partition 3: The store has ledger e1" in said
    assert ([0], 0) == ([part["partition"] for part in told["partitions"]], told["missing"])


async def keep_all_books(url: str, data: Path) -> None:
    """Archives what four partitions of the store have."""
    store, archive = Store(url), Archive(sqlite_url(data / "archive.db"))
    await archive.write(migrate)
    await archive.write(begin_cursors, 4)
    for k in range(4):
        placed = await StoredJournal(store, EPOCH, k).after(0, "")
        await archive.write(Recorder(EPOCH, lambda card: 1000, k).record, placed)
    archive.close()
    store.close()


def test_a_lost_folder_is_made_anew(data: Path, short_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the whole folder is gone and the archive is elsewhere, the folder belongs to the archive's ledger again."""
    shutil.move(data / "archive.db", short_path / "archive.db")
    shutil.rmtree(data)
    monkeypatch.setenv("FANFARE_ARCHIVE_URL", sqlite_url(short_path / "archive.db"))

    assert 0 == rebuild(data)
    assert EPOCH == (data / "ledger.epoch").read_text()


def test_a_store_with_a_ledger_is_refused(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A newborn ledger of the same name is replaced only where that is said; what to do is told."""
    with running(data):
        assert 1 == rebuild(data)
        assert "`fanfare ledger rebuild --replace` puts the archive's in its place" in capsys.readouterr().err
        assert 0 == rebuild(data, "--replace")
    assert "in the place of one that went to n 0" in capsys.readouterr().out


def test_an_empty_archive_is_said(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where nothing was ever archived there is nothing to rebuild from."""
    assert 1 == rebuild(short_path / "d")
    assert "nothing to rebuild from" in capsys.readouterr().err


def test_its_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """It says what it does, and how it is called."""
    with pytest.raises(SystemExit):
        cli.main(["ledger", "rebuild", "--help"])
    said = " ".join(capsys.readouterr().out.split())

    assert "example: " in said
    assert "Make an empty store whole again from the archive" in said
