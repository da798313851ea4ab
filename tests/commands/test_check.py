from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from app import cli
from app.base.config import PREFIX, Settings
from app.base.errors import ConfigError
from app.commands import check
from app.store.server import StoreServer
from app.store.settings_check import connect
from tests.edge.site import SECRET
from tests.rules.money_tables import card_fields, file_of


def test_every_setting_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each setting stands there under the name it is set by, with its sentence."""
    code = cli.main(["check", "--data", str(tmp_path)])
    said = capsys.readouterr().out

    missing = [
        field.name
        for field in dataclasses.fields(Settings)
        if PREFIX + field.name.upper() not in said or field.metadata["help"] not in said
    ]
    assert (0, []) == (code, missing)
    assert "embedded, not running" in said


def test_secrets_are_masked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """No secret is printed, neither for people nor for machines."""
    monkeypatch.setenv("FANFARE_SECRET", SECRET)
    cli.main(["check", "--data", str(tmp_path)])
    cli.main(["check", "--data", str(tmp_path), "--json"])
    said = capsys.readouterr().out

    assert (False, True) == (SECRET in said, "***" in said)


def test_running_store_is_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """While the embedded store runs, its real settings are looked at; a fatal one is exit code 1."""
    server = StoreServer(tmp_path / "d")
    server.start()
    good = cli.main(["check", "--data", str(tmp_path / "d"), "--json"])
    report = json.loads(capsys.readouterr().out)
    client = connect(server.url)
    client.config_set("appendfsync", "everysec")
    client.close()
    bad = cli.main(["check", "--data", str(tmp_path / "d")])
    server.stop()

    assert ("Valkey", []) == (report["store"].split()[0], report["findings"])
    assert (0, 1) == (good, bad)
    assert "WRONG  the store's appendfsync is everysec" in capsys.readouterr().out


def test_external_store_is_asked(
    store_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """With FANFARE_REDIS_URL, that store is the one that is looked at."""
    monkeypatch.setenv("FANFARE_REDIS_URL", store_url)

    assert 0 == cli.main(["check"])
    assert "Nothing is wrong with it." in capsys.readouterr().out


def test_external_store_that_is_away(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """An external store that does not answer is one line, without its address, which holds a password."""
    monkeypatch.setenv("FANFARE_REDIS_URL", "redis://:password@127.0.0.1:1/0")

    assert 1 == cli.main(["check"])
    said = capsys.readouterr().err
    assert (1, False) == (said.count("\n"), "password" in said)


def test_no_store_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """Where no server program can be found, it says what to install, and the exit code is 1."""

    def none() -> None:
        raise ConfigError("no Valkey or Redis 7.0 or newer to start")

    monkeypatch.setattr(check, "find_binary", none)

    assert 1 == cli.main(["check", "--data", str(tmp_path)])
    assert "no Valkey or Redis 7.0 or newer to start" in capsys.readouterr().out


def test_payout_rails_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Rails that are on are named; one whose settings are not complete is told, and the exit code is 1."""
    monkeypatch.setenv("FANFARE_BANK_NAME", "Fanfare Ltd")
    monkeypatch.setenv("FANFARE_BANK_ACCOUNT", "DE89370400440532013000")
    good = cli.main(["check", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    monkeypatch.setenv("FANFARE_PAYPAL_CLIENT", "c")
    bad = cli.main(["check", "--data", str(tmp_path), "--json"])
    report = json.loads(capsys.readouterr().out)

    assert (0, 1) == (good, bad)
    assert "Payout rails: bank\n  Nothing is wrong with it." in said
    assert "532013000" not in said
    assert ["FANFARE_PAYPAL_CLIENT and FANFARE_PAYPAL_SECRET are needed together"] == report["wrong_rails"]


def test_tables_of_money_are_looked_at(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is wrong in a table is told with file, place and what is expected, and the exit code is 1."""
    good = cli.main(["check", "--data", str(tmp_path)])
    said = capsys.readouterr().out
    (tmp_path / "rates.json").write_bytes(file_of("rates", card_fields(minimum="x")))
    monkeypatch.setenv("FANFARE_RATES", str(tmp_path / "rates.json"))
    bad = cli.main(["check", "--data", str(tmp_path), "--json"])
    report = json.loads(capsys.readouterr().out)

    assert (0, 1) == (good, bad)
    assert "The tables of money:\n  Nothing is wrong with it." in said
    expected = f'{tmp_path / "rates.json"}: versions[0] (any-1).minimum: an amount of USD like "9.99" is expected'
    assert [expected] == report["tables"]
