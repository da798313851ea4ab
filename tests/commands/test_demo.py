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
    assert (0, [(expected, {"crowd": 5})]) == (code, ran)
