from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.actions.manage_room import NewRoom, open_room
from app.rules.rooms import Payee
from app.store.client import Store
from app.store.standing import Standing
from tests.commands.books import EPOCH, running
from tests.world import partitions_of


def ops(capsys: pytest.CaptureFixture[str], data: Path, *words: str) -> tuple[int, Any]:
    """The exit code, and what was printed for machines."""
    code = cli.main(["ops", *words, "--data", str(data), "--json"])
    printed = capsys.readouterr()
    return code, json.loads(printed.out) if printed.out else printed.err


def test_an_adjustment_by_two_persons(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One asks, the same one cannot approve it, another one can, and the list shows what became of it."""
    data = short_path / "d"
    why = ["--reason", "a lost grant"]
    with running(data):
        _, asked = ops(capsys, data, "adjust", "ann", "500", "--by", "mia", *why)
        assert "waiting" == asked["status"]
        code, said = ops(capsys, data, "approve", asked["id"], "--by", "mia")
        assert (1, True) == (code, "needs_second_person" in said)
        code, approved = ops(capsys, data, "approve", asked["id"], "--by", "tom")
        assert (0, "applied", "command:tom") == (code, approved["status"], approved["second"])
        _, more = ops(capsys, data, "adjust", "ann", "-501", "--by", "mia", *why)
        code, refused = ops(capsys, data, "approve", more["id"], "--by", "tom")
        assert (1, "refused", "insufficient_coins") == (code, refused["status"], refused["why"])
        _, third = ops(capsys, data, "adjust", "ann", "1", "--by", "mia", *why)
        ops(capsys, data, "reject", third["id"], "--by", "tom", *why)
        _, listed = ops(capsys, data, "adjustments")
        assert ["rejected", "refused", "applied"] == [one["status"] for one in listed["adjustments"]]
        assert 0 == cli.main(["ops", "adjustments", "--status", "waiting", "--data", str(data)])
        assert "There is none." in capsys.readouterr().out


def test_a_freeze_and_its_end(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each is an entry; a bad user, a bad name and a purchase that is not there are refused in a sentence."""
    data = short_path / "d"
    why = ["--by", "mia", "--reason", "a stolen card"]
    with running(data):
        _, frozen = ops(capsys, data, "freeze", "ann", *why)
        _, ended = ops(capsys, data, "unfreeze", "ann", *why)
        assert (True, 1, False, 2) == (frozen["frozen"], frozen["n"], ended["frozen"], ended["n"])
        assert (2, True) == (cli.main(["ops", "freeze", "a b", *why, "--data", str(data)]), True)
        assert "a user is" in capsys.readouterr().err
        assert 2 == cli.main(["ops", "freeze", "ann", "--by", "a b", "--reason", "x", "--data", str(data)])
        code, said = ops(capsys, data, "refund", "p_1", *why)
        assert (1, True) == (code, "unknown_purchase" in said)


def test_switches_at_the_command_line(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each of them, and single gifts; what is off is listed with why and by whom."""
    data = short_path / "d"
    why = ["--by", "mia", "--reason", "the bank is away"]
    with running(data):
        _, off = ops(capsys, data, "switch", "payouts", "off", *why)
        ops(capsys, data, "gift", "rose", "off", *why)
        ops(capsys, data, "gift", "rose", "on", *why)
        _, listed = ops(capsys, data, "switches")
        assert 2 == cli.main(["ops", "switch", "all", "off", *why, "--data", str(data)])
        assert 2 == cli.main(["ops", "gift", "nothing", "off", *why, "--data", str(data)])
        capsys.readouterr()
        assert 0 == cli.main(["ops", "switches", "--data", str(data)])

    assert (False, "command:mia") == (off["on"], off["by"])
    assert {"gift:rose": True, "gifts": True, "payouts": False, "purchases": True} == {
        one["name"]: one["on"] for one in listed["switches"]
    }
    assert "OFF  'the bank is away' by command:mia" in capsys.readouterr().out


def test_a_folder_without_a_ledger_is_told_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing is made where no server was ever started."""
    assert 1 == cli.main(["ops", "adjustments", "--data", str(tmp_path / "none")])
    assert "no ledger was ever opened" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


def test_a_room_is_ended_at_the_command_line(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is over for everybody, and the log says why; one that is not there is told so."""
    data = short_path / "d"
    why = ["--by", "mia", "--reason", "it is late"]

    async def status(url: str, *, opens: bool = False) -> str:
        store = Store(url)
        partitions = partitions_of(Standing(store, EPOCH))
        try:
            if opens:
                await open_room(partitions, NewRoom(id="late", title="Late", streamer=Payee("nova", "Nova")))
            return (await partitions.rooms[0].get("late")).status
        finally:
            store.close()

    with running(data) as server:
        assert "live" == asyncio.run(status(server.url, opens=True))
        assert (0, {"id": "late", "status": "ended"}) == ops(capsys, data, "end-room", "late", *why)
        assert "ended" == asyncio.run(status(server.url))
        code, said = ops(capsys, data, "end-room", "nowhere", *why)
        _, log = ops(capsys, data, "audit-log", "--what", "end_room")

    assert (1, True) == (code, "room_not_found" in said)
    assert [("command:mia", "late", "it is late")] == [(e["who"], e["whom"], e["reason"]) for e in log["entries"]]
