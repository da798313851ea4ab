from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from app.base.config import load
from app.base.errors import ConfigError, StoreError
from app.commands.access import epoch_of, known_secrets, store_url
from app.store.server import is_listening, socket_path
from tests.commands.books import EPOCH, running
from tests.edge.site import API_KEY, SECRET


def test_an_external_store_is_taken_as_it_is(short_path: Path) -> None:
    """With a URL in the settings nothing is started."""
    with store_url(load({}, data=short_path, redis_url="redis://10.0.0.1:6379")) as url:
        assert "redis://10.0.0.1:6379" == url


def test_a_store_that_does_not_run_is_started_and_stopped(short_path: Path) -> None:
    """A store started for a command is gone after it, one that ran before goes on."""
    data = short_path / "d"
    settings = load({}, data=data)
    with running(data) as server:
        with store_url(settings) as url:
            assert server.url == url
        assert is_listening(socket_path(data))
    with store_url(settings):
        assert is_listening(socket_path(data))

    assert not is_listening(socket_path(data))


def test_secrets_are_those_of_the_settings_or_of_the_folder(short_path: Path) -> None:
    """Settings come first, then what a demo left; without either it is an error."""
    settings = load({}, data=short_path)
    with pytest.raises(ConfigError, match="no demo was ever started"):
        known_secrets(settings)
    with running(short_path / "d"):
        found = known_secrets(load({}, data=short_path / "d"))
    given = dataclasses.replace(settings, secret=SECRET, api_key=API_KEY)

    assert (short_path / "d" / "secret.txt").read_text() == found.secret
    assert given == known_secrets(given)


def test_the_epoch_is_the_folders(short_path: Path) -> None:
    """The ledger of a folder is known by its file."""
    with pytest.raises(StoreError, match="no ledger was ever opened"):
        epoch_of(load({}, data=short_path))
    (short_path / "ledger.epoch").write_text(f"{EPOCH}\n")

    assert EPOCH == epoch_of(load({}, data=short_path))
