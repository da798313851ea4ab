from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from app import cli
from app.base.config import Settings


def test_demo_gets_what_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options become settings of the demo; what is not given comes from FANFARE_* or the default."""
    ran: list[tuple[Settings, Any]] = []
    monkeypatch.setenv("FANFARE_WORKERS", "3")

    def run(settings: Settings, **given: Any) -> int:
        ran.append((settings, given))
        return 0

    monkeypatch.setattr("app.run.supervisor.run", run)
    code = cli.main(["demo", "--data", "here", "--port", "9000", "--crowd", "5"])

    expected = Settings(data=Path("here"), port=9000, workers=3, demo=True)
    assert (0, [(expected, {"crowd": 5, "cluster": False})]) == (code, ran)


def listening(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts on which a demo would have listened, instead of one that does."""
    hosts: list[str] = []

    def run(settings: Settings, **given: Any) -> int:
        hosts.append(settings.host)
        return 0

    monkeypatch.setattr("app.run.supervisor.run", run)
    return hosts


def test_demo_on_a_cluster(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A demo on a cluster has a folder of its own; it is refused where another store is named."""
    ran: list[tuple[Path, bool]] = []

    def run(settings: Settings, *, crowd: int, cluster: bool) -> int:
        ran.append((settings.data, cluster))
        return 0

    monkeypatch.setattr("app.run.supervisor.run", run)
    assert 0 == cli.main(["demo", "--data", "here", "--cluster"])
    monkeypatch.setenv("FANFARE_REDIS_URL", "redis://elsewhere")

    assert 2 == cli.main(["demo", "--cluster"])
    assert "names a store already" in capsys.readouterr().err
    assert [(Path("here/cluster"), True)] == ran


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_demo_for_others_has_to_be_meant(
    host: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """On an address that others can reach a demo is refused, with what it would mean, unless that is said."""
    ran = listening(monkeypatch)
    monkeypatch.setenv("FANFARE_HOST", host)
    refused = cli.main(["demo"])
    said = capsys.readouterr().err

    assert (2, []) == (refused, ran)
    assert "under any name with 5 000 coins" in said
    assert "--public" in said
    assert 0 == cli.main(["--public"])
    assert [host] == ran


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.9.9.9", "::1"])
def test_demo_for_this_machine_needs_no_word(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Loopback, however it is written, is reached by nobody else."""
    ran = listening(monkeypatch)

    assert 0 == cli.main(["demo", "--host", host])
    assert [host] == ran
