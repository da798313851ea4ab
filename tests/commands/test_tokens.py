from __future__ import annotations

import time
from pathlib import Path

import pytest

from app import cli
from app.rules.tokens import verify
from app.store.settings_check import connect
from tests.commands.books import running
from tests.edge.site import API_KEY, SECRET


def test_tokens_are_good_and_their_wallets_filled(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each line is the token of a viewer for that room, who has the coins, as journaled grants."""
    data = short_path / "d"
    with running(data) as server:
        code = cli.main(
            ["tokens", "--count", "3", "--prefix", "t", "--coins", "50", "--room", "r1", "--data", str(data)]
        )
        tokens = capsys.readouterr().out.split()
        secret = (data / "secret.txt").read_text()
        people = [verify(secret, token, time.time(), 86_400) for token in tokens]
        client = connect(server.url)
        coins, entries = client.hgetall("coins:{p0}"), client.xlen("jr:{p0}")
        client.close()

    assert 0 == code
    assert [("t-1", "viewer", "r1"), ("t-2", "viewer", "r1"), ("t-3", "viewer", "r1")] == [
        (person.sub, person.role, person.room) for person in people
    ]
    assert all(person.iat for person in people), "they would end for ever with the first revocation"
    assert {"t-1": "50", "t-2": "50", "t-3": "50"} == coins
    assert 1 == entries


def test_tokens_without_coins_need_no_store(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no coins are asked for, the secret is enough."""
    (short_path / "secret.txt").write_text(SECRET)
    (short_path / "api_key.txt").write_text(API_KEY)
    code = cli.main(["tokens", "--data", str(short_path)])

    assert (0, 1) == (code, len(capsys.readouterr().out.split()))


def test_unreasonable_numbers_are_refused(short_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A count or a sum out of bounds is one line and exit code 2."""
    (short_path / "secret.txt").write_text(SECRET)
    (short_path / "api_key.txt").write_text(API_KEY)
    wrong = (["--count", "0"], ["--coins", "-1"], ["--hours", "25"])
    codes = [cli.main(["tokens", *words, "--data", str(short_path)]) for words in wrong]

    assert [2, 2, 2] == codes
    assert 3 == len(capsys.readouterr().err.strip().splitlines())
