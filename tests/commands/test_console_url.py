from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.base.config import load, with_secrets
from app.rules.tokens import verify


def test_an_address_for_an_operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its key is good for that operator and so long; a bad name, and a life without end, are refused."""
    settings = with_secrets(load({}, demo=True, data=tmp_path))
    url = ["ops", "console-url", "--data", str(tmp_path), "--base", "https://live.example.org/"]
    assert 0 == cli.main([*url, "mia", "--hours", "1"])
    address, _, token = capsys.readouterr().out.strip().partition("#token=")
    person = verify(settings.secret, token, 0, 0)

    assert "https://live.example.org/admin" == address
    assert ("mia", "operator", None) == (person.sub, person.role, person.room)
    assert [2, 2, 2] == [
        cli.main([*url, *words]) for words in (["a b"], ["mia", "--hours", "0"], ["mia", "--hours", "99"])
    ]
