from __future__ import annotations

import time
from pathlib import Path

import pytest

from app import cli
from app.rules.tokens import verify
from tests.edge.site import API_KEY, SECRET


def test_overlay_url_carries_an_overlays_token_in_its_fragment(
    short_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The address is the room's overlay page, the token behind # is good for that room alone."""
    (short_path / "secret.txt").write_text(SECRET)
    (short_path / "api_key.txt").write_text(API_KEY)
    code = cli.main(["overlay-url", "r1", "--base", "https://live.example.org/", "--data", str(short_path)])
    page, _, token = capsys.readouterr().out.strip().partition("#token=")
    person = verify(SECRET, token, time.time(), 86_400)

    assert (0, "https://live.example.org/overlay/r1") == (code, page)
    assert ("overlay", "r1") == (person.role, person.room)


def test_no_secret_is_made_by_asking(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a folder where no demo ever ran it says so, and leaves no secret behind that no server knows."""
    code = cli.main(["overlay-url", "r1", "--data", str(short_path)])

    assert (2, []) == (code, list(short_path.iterdir()))
    assert "no demo was ever started" in capsys.readouterr().err
