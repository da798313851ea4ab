from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.base.errors import ConfigError
from loadtest import compare, main
from tests.loadtest.results import measured, result


@pytest.mark.parametrize(
    ("a", "b", "change"),
    [
        ({"p99_seen_ms": 20.0}, {"p99_seen_ms": 10.0}, "better"),
        ({"p99_seen_ms": 10.0}, {"p99_seen_ms": 20.0}, "worse"),
        ({"events_per_cpu_s": 100.0}, {"events_per_cpu_s": 200.0}, "better"),
        ({"events_per_cpu_s": 200.0}, {"events_per_cpu_s": 100.0}, "worse"),
        ({"p99_seen_ms": 100.0}, {"p99_seen_ms": 104.0}, "same"),
        ({"lost": 0.0}, {"lost": 1.0}, "worse"),
        ({"lost": 0.0}, {"lost": 0.0}, "same"),
    ],
)
def test_each_number_has_a_better_direction(a: dict[str, float], b: dict[str, float], change: str) -> None:
    """A lower latency and a higher throughput are better, and what moves within the noise is the same."""
    (line,) = compare.lines(a, b)

    assert line.change == change


def test_the_verdict_names_what_is_better_and_what_is_worse() -> None:
    """One sentence says on which numbers it rests."""
    better = compare.lines({"p99_seen_ms": 20.0, "lost": 0.0}, {"p99_seen_ms": 10.0, "lost": 0.0})
    mixed = compare.lines({"p99_seen_ms": 20.0, "lost": 0.0}, {"p99_seen_ms": 10.0, "lost": 2.0})
    same = compare.lines({"p99_seen_ms": 20.0}, {"p99_seen_ms": 20.1})

    assert compare.verdict(better) == "B is better than A in p99_seen_ms; the rest is the same."
    assert compare.verdict(mixed) == "Mixed: B is better in p99_seen_ms, and worse in lost."
    assert compare.verdict(same) == "No difference beyond 5%."


def test_runs_that_differ_in_more_than_the_code_are_pointed_out() -> None:
    """Another machine or another rate is said before the verdict is believed."""
    a, b = result(), result()
    b.options.rate, b.machine["cores"] = 20, "8"

    assert compare.cautions(a, a) == []
    assert compare.cautions(a, b) == ["rate differs: 10 and 20", "cores differs: 2 and 8"]


def test_a_ratio_above_one_is_always_better() -> None:
    """Against the baseline, half the latency and twice the throughput are both 2."""
    ours, theirs = {"p99_seen_ms": 10.0, "events_per_s": 200.0}, {"p99_seen_ms": 20.0, "events_per_s": 100.0}

    assert compare.ratios(ours, theirs) == {"p99_seen_ms": 2.0, "events_per_s": 2.0}


def test_a_swamped_baseline_is_said_to_be_one() -> None:
    """Where the baseline could not keep up, its latencies come with a warning."""
    assert compare.about_baseline(measured()) == []
    assert "could not keep up" in compare.about_baseline(measured(p99_seen_ms=5000.0))[0]


def test_results_are_compared_as_they_were_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Two result folders give a table, and JSON where it is asked for."""
    main.write(result(), tmp_path / "a")
    main.write(result(p99_seen_ms=18.0), tmp_path / "b")

    assert main.run_compare(tmp_path / "a", tmp_path / "b" / "result.json", as_json=False) == 0
    assert "B is worse than A in p99_seen_ms" in capsys.readouterr().out
    main.run_compare(tmp_path / "a", tmp_path / "b", as_json=True)
    assert json.loads(capsys.readouterr().out)["verdict"].startswith("B is worse")


def test_what_is_no_result_is_refused(tmp_path: Path) -> None:
    """A file of another kind is named in the error."""
    (tmp_path / "x.json").write_text("{}")

    with pytest.raises(ConfigError, match=r"x\.json is no result"):
        main.read(tmp_path / "x.json")
