from __future__ import annotations

from pathlib import Path

import pytest

from app import cli


def test_it_has_a_folder_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cluster's files are apart from those of the data folder's single store."""
    ran: list[Path] = []

    def run(folder: Path) -> int:
        ran.append(folder)
        return 0

    monkeypatch.setattr("app.run.cluster.run", run)

    assert 0 == cli.main(["cluster", "--data", "here"])
    assert [Path("here/cluster")] == ran
