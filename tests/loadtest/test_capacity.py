"""The command that measures capacity: it measures, writes, reads again and sizes."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from app.base.errors import ConfigError
from loadtest import capacity as command
from loadtest.capacity import main, measure, plan, read, write
from loadtest.costs import Books
from loadtest.scenarios import Options
from tests.loadtest.capacities import capacity


def test_a_run_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A run against a server of its own says what workers, bookkeeper and store took, and its books balance."""
    monkeypatch.setattr(command, "_books", lambda: Books(1000.0, 50.0))
    options = Options(scenario="storm", viewers=8, senders=4, rate=40, duration_s=2, connects_a_second=1000)
    made = measure(2, lambda _: None, {"quiet": [options]})
    (run,) = made.measures["quiet"]

    assert run.balances, run.books
    assert 0 < run.worker_cores < run.metrics["server_cores"]
    assert 20 < run.worker_mb < run.metrics["server_rss_mb"] - 20
    assert run.metrics["frames_per_s"] > 0
    assert {"cpu", "cores", "python", "store"} <= set(made.machine)


def test_what_is_written_is_read_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A page and a file are written; from the file a crowd is sized without measuring anew."""
    made = capacity()
    write(made, tmp_path)
    assert made == read(tmp_path)
    assert "1,000,000" in (tmp_path / "capacity.html").read_text()

    assert 0 == main(["--read", str(tmp_path), "--viewers", "250000", "--gifts", "400"])
    assert "250,000             400                   400" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, "{}"])
def test_what_is_none_is_refused(content: str | None, tmp_path: Path) -> None:
    """No file, or another one, is a clear error."""
    if content is not None:
        (tmp_path / "capacity.json").write_text(content)

    with pytest.raises(ConfigError, match=r"is no measurement of capacity"):
        read(tmp_path)


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A file of an earlier schema is not taken for one of this."""
    write(msgspec.structs.replace(capacity(), schema="fanfare-capacity/0"), tmp_path)

    with pytest.raises(ConfigError, match=r"is of another version: fanfare-capacity/0"):
        read(tmp_path)


@pytest.mark.parametrize("words", [["--viewers", "0"], ["--gifts", "nan"], ["--seconds", "-1"]])
def test_numbers_have_bounds(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """What is no number of viewers or gifts is refused by its name."""
    with pytest.raises(SystemExit, match="2"):
        main(words)
    assert words[0] in capsys.readouterr().err


def test_it_takes_some_minutes() -> None:
    """All runs together last less than two minutes, without what is around them."""
    assert sum(options.duration_s for many in plan(6).values() for options in many) < 120
