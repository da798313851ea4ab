from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.archive.migrate import migrate
from app.store.client import Store
from app.store.settings_check import connect
from tests.archiving import archiver_on
from tests.commands.books import running


def lose(data: Path) -> None:
    """The store has one grant and has lost two others, as the data folder knows."""
    with running(data):
        grant(data)
    shutil.copytree(data / "store", data / "copy")
    with running(data):
        grant(data)
        grant(data)
    shutil.rmtree(data / "store")
    (data / "copy").rename(data / "store")


def grant(data: Path) -> int:
    """Ten coins for a new viewer; the exit code."""
    return cli.main(["tokens", "--coins", "10", "--data", str(data)])


def accept(data: Path, *more: str) -> int:
    """The command's exit code."""
    return cli.main(["ledger", "accept-loss", "--data", str(data), *more])


def told(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """What was printed for machines."""
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return answer


def test_what_is_lost_is_said_and_then_accepted(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The ranges of n are told as often as one likes; coins move again when they are accepted, and then all is well."""
    data = short_path / "d"
    lose(data)
    capsys.readouterr()

    assert 1 == grant(data)
    assert "The store has lost gifts that were answered" in capsys.readouterr().err
    for _ in range(2):
        assert 1 == accept(data, "--dry-run")
        assert "entries n 2 to 3 " in (said := capsys.readouterr().out)
        assert "No gifts are taken." in said
    assert 1 == accept(data, "--dry-run", "--json")
    assert (False, 1, [(2, 3)]) == ((found := told(capsys))["accepted"], found["n"], ranges(found))
    assert 1 == cli.main(["ledger", "verify", "--data", str(data)])
    assert "entries n 2 to 3 " in capsys.readouterr().out

    assert 0 == accept(data)
    assert "Accepted: gifts go on from n 1." in capsys.readouterr().out
    assert [0, 0, 0] == [grant(data), cli.main(["ledger", "verify", "--data", str(data)]), accept(data)]
    assert "Nothing is lost that waits to be accepted; the store has n 2." in capsys.readouterr().out


def test_it_needs_no_server_that_has_noticed(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A loss that nobody has noticed yet is noticed, said and accepted in one step."""
    data = short_path / "d"
    lose(data)
    capsys.readouterr()

    assert 0 == accept(data, "--json")
    assert (True, 1, [(2, 3)]) == ((found := told(capsys))["accepted"], found["n"], ranges(found))


def test_what_is_archived_is_not_given_up(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A loss of what the archive has is not accepted; a rebuild brings it back, and then nothing is lost."""
    data = short_path / "d"
    with running(data) as server:
        grant(data)
        shutil.copytree(data / "store", data / "copy")
        grant(data)
        asyncio.run(keep_books(server.url, data))
        grant(data)
    shutil.rmtree(data / "store")
    (data / "copy").rename(data / "store")
    capsys.readouterr()

    assert [1, 1] == [accept(data), accept(data, "--dry-run")]
    said = capsys.readouterr().out
    assert 2 == said.count("The archive goes on from n 1 to n 2: `fanfare ledger rebuild --replace` brings that back")
    assert 1 == accept(data, "--json")
    assert (False, 1, 2) == ((found := told(capsys))["accepted"], found["n"], found["archived_n"])
    assert 0 == cli.main(["ledger", "rebuild", "--replace", "--data", str(data)])
    assert "LOST: 1 entries, n 3 to 3" in capsys.readouterr().out
    assert [0, 0] == [accept(data), grant(data)]


async def keep_books(url: str, data: Path) -> None:
    """Archives what the store has."""
    store, archive = Store(url), Archive(sqlite_url(data / "archive.db"))
    await archive.write(migrate)
    await archiver_on(store, archive).step()
    archive.close()
    store.close()


def test_a_proof_changes_nothing(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`ledger verify` tells of a loss that nobody has noticed, again and again, and leaves it to be noticed."""
    data = short_path / "d"
    lose(data)
    for _ in range(2):
        capsys.readouterr()
        assert 1 == cli.main(["ledger", "verify", "--data", str(data)])
        assert 1 == capsys.readouterr().out.count("entries n 2 to 3 ")


def ranges(found: dict[str, Any]) -> list[tuple[int, int]]:
    """The first and last n of each loss."""
    return [(loss["first"], loss["last"]) for loss in found["lost"]]


def test_a_loss_of_one_partition(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What one partition has lost is said with its number and accepted; the others are as they were."""
    data = short_path / "d"
    with running(data, 4) as server:
        assert 0 == cli.main(["tokens", "--count", "9", "--coins", "10", "--data", str(data)])
        client = connect(server.url)
        last = int(client.hget("tot:{p2}", "n") or 0)
        client.delete("jr:{p2}", "coins:{p2}")
        client.hset("tot:{p2}", mapping={"n": 0, "h": "", "issued": 0, "last": ""})
        client.close()
        capsys.readouterr()
        assert 1 == accept(data, "--dry-run")
        assert f"partition 2: The store has lost:\n  - entries n 1 to {last} " in capsys.readouterr().out
        assert 0 == accept(data, "--json")
        found = told(capsys)
        assert 0 == accept(data)

    assert (True, [(1, last)], [2]) == (
        found["accepted"],
        ranges(found),
        [part["partition"] for part in found["partitions"] if part["lost"]],
    )
    assert "Nothing is lost that waits to be accepted; the store has n " in capsys.readouterr().out
