from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.archive import cases
from app.archive.archive import Archive
from app.archive.engine import sqlite_url
from app.rules.cases import Involved
from tests.commands.books import running
from tests.commands.test_ops import ops
from tests.rules.test_cases import OPEN


def test_cases_at_the_command_line(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """They are listed, shown, taken on and ended, by whom and why; one that is not known is told so."""
    data = short_path / "d"
    with running(data):
        assert (0, {"cases": [], "cursor": None}) == ops(capsys, data, "cases", "list")
        archive = Archive(sqlite_url(data / "archive.db"))
        archive.write_now(cases.put, OPEN)
        archive.write_now(cases.put_people, [Involved(case_id="c", person="ann", part="suspect", coins=5, answer="no")])
        archive.close()
        assert 0 == cli.main(["ops", "cases", "show", "c", "--by", "mia", "--data", str(data)])
        assert "ann  gave 5 coins, earned 0 diamonds, 0 taken back: 'no'" in capsys.readouterr().out
        _, noted = ops(capsys, data, "audit-log", "--what", "look_at_case")
        assert [("command:mia", "c")] == [(one["who"], one["whom"]) for one in noted["entries"]]
        _, taken = ops(capsys, data, "cases", "take", "c", "--by", "mia")
        _, ended = ops(capsys, data, "cases", "claw-back", "c", "--by", "mia", "--reason", "stolen")
        assert ("command:mia", "clawed_back", "stolen") == (taken["owner"], ended["status"], ended["why"])
        code, said = ops(capsys, data, "cases", "release", "c", "--by", "tom", "--reason", "no")
        assert (1, True) == (code, "already_decided" in said)
        code, said = ops(capsys, data, "cases", "show", "c_1")
        assert (1, True) == (code, "unknown_case" in said)
        assert 0 == cli.main(["ops", "cases", "list", "--status", "clawed_back", "--data", str(data)])
        assert "clawed_back  hold    60  r0 r1  by command:mia: 'stolen'" in capsys.readouterr().out
