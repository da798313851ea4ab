from __future__ import annotations

import random
import re
import signal
import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import uvloop

from app.base.errors import ConfigError
from loadtest import main
from loadtest.compare import ratios
from loadtest.crowd import Crowd
from loadtest.frames import Memo
from loadtest.guest import Guest
from loadtest.machine import environment, python
from loadtest.plan import Faults
from loadtest.result import Result
from loadtest.run import run_on
from loadtest.scenarios import Options
from loadtest.target import OwnTarget, baseline_server, existing, own_server
from tests.waiting import until


def small(scenario: str, duration_s: int = 3) -> Options:
    """A run that fits into a test."""
    return Options(scenario=scenario, viewers=20, senders=4, rate=50, duration_s=duration_s)


def cli(*words: str) -> subprocess.CompletedProcess[str]:
    """`fanfare loadtest` with these words."""
    return subprocess.run(python("app", "loadtest", *words), env=environment(), capture_output=True, text=True)


def test_a_steady_run_ends_with_balanced_books_and_a_report(tmp_path: Path) -> None:
    """Twenty viewers and fifty gifts a second: all is accepted, seen by all, accounted for, and written down."""
    done = cli("steady", "--viewers", "20", "--senders", "4", "--rate", "50", "--duration", "3", "--out", str(tmp_path))

    result = msgspec.json.decode((tmp_path / "result.json").read_bytes(), type=Result)

    books, m = result.fanfare.books, result.fanfare.metrics
    assert "The books balance" in done.stdout, done.stdout + done.stderr
    assert (books.problems, books.ledger_ok, books.lost, books.doubled) == ([], True, 0, 0)
    assert books.accepted > 50
    assert (m["achieved"], m["gaps"], m["repeats"], result.fanfare.faults) == (1.0, 0, 0, Faults())
    assert result.fanfare.latency_ms["seen"]["p50"] > 0
    assert m["server_cores"] > 0
    assert "store" in result.machine
    assert main.read(tmp_path) == result
    assert re.findall(r"https?://|src=|href=", (tmp_path / "report.html").read_text()) == []


def test_a_restart_of_store_and_worker_loses_nothing() -> None:
    """With the store and a worker killed by kill -9, each accepted gift is seen once and each coin found."""
    options = small("restart")

    found = uvloop.run(run_on(own_server(1), options, "restart"))

    assert [what for _, what in found.happened] == [
        "the store was killed with kill -9",
        "a worker was killed with kill -9",
    ]
    assert found.books.problems == []
    assert found.metrics["recovered"] == options.viewers


def test_a_herd_that_comes_back_misses_nothing() -> None:
    """All viewers drop and resume: every stream goes on without a hole."""
    options = small("reconnect", 2)

    found = uvloop.run(run_on(own_server(1), options, "reconnect"))

    assert found.books.problems == []
    assert found.metrics["recovered"] == options.viewers


def test_the_baseline_can_be_measured_with_the_same_client() -> None:
    """The server that most would write runs a small load with balanced books, so that ratios can be had."""
    found = uvloop.run(run_on(baseline_server(), small("steady", 2), "baseline"))

    assert found.books.problems == []
    assert ratios(found.metrics, found.metrics)["events_per_s"] == 1.0


@pytest.fixture(scope="module")
def running() -> Iterator[OwnTarget]:
    """A server that runs already."""
    server = own_server(1)
    try:
        uvloop.run(server.wait_ready())
        yield server
    finally:
        server.stop()


def test_a_server_that_runs_already_is_measured_and_left_alone(
    running: OwnTarget, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With --url nothing is started or stopped, and the server's own secrets are used."""
    monkeypatch.setenv("FANFARE_SECRET", running.secret)
    monkeypatch.setenv("FANFARE_API_KEY", running.api_key)

    found = uvloop.run(run_on(existing(running.url, None, []), small("steady", 2), "steady"))

    assert found.books.problems == []
    assert uvloop.run(running.is_ready())


def test_without_its_secrets_a_server_cannot_be_measured(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """--url alone is refused with the two ways to say the secrets."""
    monkeypatch.delenv("FANFARE_SECRET", raising=False)

    with pytest.raises(ConfigError, match="--data"):
        existing("http://127.0.0.1:1", tmp_path, [])


async def test_the_crowds_purse_is_filled_by_the_platform(running: OwnTarget) -> None:
    """A viewer of the crowd gets coins for a dear gift by a grant; with a key that is wrong it does without."""
    guest = Guest("Ann", running.url, "main", Memo())
    guest.user = "purse"
    for key, coins in (("wrong", 0), ("", 0), (running.api_key, 7000)):
        await Crowd(running.url, "main", 1, random.Random(1), key)._fill_purse(guest, 7000)
        assert coins == guest.coins


def test_a_crowd_fills_a_room_and_leaves_on_sigterm(running: OwnTarget) -> None:
    """Five simulated viewers join the demo's room, and are gone with exit code 0 when they are told to go."""
    command = python("app", "crowd", "--url", running.url, "--viewers", "5")

    def viewers() -> int:
        with urllib.request.urlopen(f"{running.url}/v1/rooms/main") as answer:
            return int(msgspec.json.decode(answer.read())["viewers"])

    with subprocess.Popen(command, env=environment(), stderr=subprocess.PIPE, text=True) as crowd:
        until(lambda: viewers() == 5)
        crowd.send_signal(signal.SIGTERM)
        _, said = crowd.communicate(timeout=10)

    assert (crowd.returncode, said) == (0, "")
    until(lambda: viewers() == 0)
