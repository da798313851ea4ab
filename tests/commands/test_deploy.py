from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.commands.deploy import FILES, FOLDER


def test_it_lists_what_there_is(capsys: pytest.CaptureFixture[str]) -> None:
    """Without a name each file stands in a line with its name and what it is."""
    assert 0 == cli.main(["deploy"])
    rows = capsys.readouterr().out.splitlines()

    assert [(name, file) for name, (file, _) in FILES.items()] == [tuple(row.split()[:2]) for row in rows]


def test_it_prints_one(capsys: pytest.CaptureFixture[str]) -> None:
    """A file is printed as it is, and nothing else."""
    assert 0 == cli.main(["deploy", "nginx"])
    assert (FOLDER / "nginx.conf").read_text() == capsys.readouterr().out


def test_it_writes_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Into a new folder each is written under its own name, and a second time changes nothing."""
    for _ in range(2):
        assert 0 == cli.main(["deploy", "all", "--out", str(tmp_path / "new")])
    written = {path.name: path.read_bytes() for path in (tmp_path / "new").iterdir()}

    assert {file: (FOLDER / file).read_bytes() for file, _ in FILES.values()} == written
    assert f"{tmp_path}/new/nginx.conf\n" in capsys.readouterr().out


def test_what_was_changed_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where one of the files was changed, none is written, and the line names it."""
    (tmp_path / "haproxy.cfg").write_text("mine")
    code = cli.main(["deploy", "all", "--out", str(tmp_path)])

    assert (2, ["haproxy.cfg"]) == (code, [path.name for path in tmp_path.iterdir()])
    assert "which stay as they are: haproxy.cfg" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["all"], "--out names the folder"),
        (["--out", "here"], "needs the NAME of a file"),
        (["nginx", "--out", "/dev/null/here"], "/dev/null/here"),
    ],
)
def test_what_cannot_be_is_said(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them at once need a folder, a folder needs something to be written, and it has to take it."""
    assert 2 == cli.main(["deploy", *words])
    assert said in capsys.readouterr().err
