from __future__ import annotations

import pytest

from app import cli
from app.base.config import Settings


def test_serve_is_never_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    """Production is production, even where the environment asks for the demo."""
    ran: list[Settings] = []
    monkeypatch.setenv("FANFARE_DEMO", "1")

    def run(settings: Settings) -> int:
        ran.append(settings)
        return 0

    monkeypatch.setattr("app.run.supervisor.run", run)
    code = cli.main(["serve", "--host", "0.0.0.0", "--workers", "4"])

    assert (0, [Settings(host="0.0.0.0", workers=4, demo=False)]) == (code, ran)


def test_serve_refuses_without_secrets(capsys: pytest.CaptureFixture[str]) -> None:
    """Without secrets nothing is started, and the line names what is missing."""
    assert 2 == cli.main(["serve", "--port", "0"])
    assert "fanfare: FANFARE_SECRET is not set" in capsys.readouterr().err
