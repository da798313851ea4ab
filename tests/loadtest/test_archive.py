from __future__ import annotations

import json

import pytest

from loadtest import postgres
from loadtest.archive import main, text


def test_it_measures_what_it_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Gifts are sold, archived, proved, lost and rebuilt in one go, on each engine; the figures are there."""
    assert 0 == main(["--entries", "600", "--people", "20", "--seconds", "0", "--json", "--postgres"])
    report = json.loads(capsys.readouterr().out)

    assert ["sqlite", "postgresql"] == [one["engine"] for one in report["archived"]]
    for one in report["archived"]:
        # 20 grants of two postings, 600 gifts of four.
        assert (620, 2440) == (one["entries"], one["postings"])
        assert min(one[name] for name in ("seconds", "a_second", "page_ms", "verify_s", "rebuild_s")) > 0
    assert None is report["paced"]
    assert "620 entries archived in" in text(report)


def test_gifts_at_a_pace_are_measured(capsys: pytest.CaptureFixture[str]) -> None:
    """With the bookkeeper in a process of its own and without: CPU a gift, and how far the archive is behind."""
    assert 0 == main(["--entries", "100", "--people", "20", "--seconds", "0.5", "--rate", "200", "--json"])
    pace = json.loads(capsys.readouterr().out)["paced"]

    assert min(pace["alone_us"], pace["archiving_us"]) > 0
    assert 0 < pace["lag_p50_ms"] <= pace["lag_p99_ms"]


def test_without_postgresql_it_says_so(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who asks for one of its own, and has none installed, is told what to install."""
    monkeypatch.setattr(postgres, "programs", lambda: None)
    with pytest.raises(SystemExit):
        main(["--entries", "100", "--postgres"])

    assert "PostgreSQL is not installed: apt-get install postgresql" in capsys.readouterr().err


def test_its_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    """It says how it is called."""
    with pytest.raises(SystemExit):
        main(["--help"])

    assert "example: python -m loadtest.archive --entries 1000000 --postgres" in " ".join(
        capsys.readouterr().out.split()
    )
