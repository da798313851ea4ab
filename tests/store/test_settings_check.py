from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, cast

import pytest
import redis

from app.base.errors import ConfigError, StoreError
from app.store.settings_check import check, connect, enforce, version
from app.store.wanted import Finding

GOOD = {
    "appendonly": "yes",
    "appendfsync": "always",
    "no-appendfsync-on-rewrite": "no",
    "maxmemory-policy": "noeviction",
}


class Answers:
    """A store's answers, for stores that cannot be started here."""

    def __init__(self, info: dict[str, Any], settings: dict[Any, Any] | Exception) -> None:
        self._info, self._settings = info, settings

    def info(self, section: str) -> dict[str, Any]:
        return self._info

    def config_get(self, *names: str) -> dict[Any, Any]:
        if isinstance(self._settings, Exception):
            raise self._settings
        return self._settings


def answering(info: dict[str, Any], settings: dict[Any, Any] | Exception) -> redis.Redis:
    """A client of such a store."""
    return cast(redis.Redis, Answers(info, settings))


def nobody(line: str) -> None:
    """Nobody is to be told anything."""
    raise AssertionError(f"nothing was to be said, but: {line}")


def test_embedded_store_is_as_it_should_be(store_url: str) -> None:
    """The store that we start ourselves passes our own check."""
    client = connect(store_url)
    findings = check(client)
    client.close()

    assert [] == findings


def test_real_store_with_wrong_settings(store_url: str) -> None:
    """Each setting that would lose acknowledged writes is found, with what it is and should be."""
    client = connect(store_url)
    client.config_set("appendfsync", "everysec")
    client.config_set("maxmemory-policy", "allkeys-lru")
    findings = check(client)
    client.config_set("appendfsync", "always")
    client.config_set("maxmemory-policy", "noeviction")
    client.close()

    wrong = [
        Finding("appendfsync", "everysec", "always", True),
        Finding("maxmemory-policy", "allkeys-lru", "noeviction", True),
    ]
    assert wrong == findings


def test_too_old_redis_is_refused_by_name() -> None:
    """Redis before 7.0 is refused, in the demo too, with its name and number."""
    findings = check(answering({"redis_version": "6.2.14"}, GOOD))

    expected = "Redis 6.2.14 is too old: Fanfare needs Valkey or Redis 7.0 or newer"
    assert [expected] == [str(finding) for finding in findings]
    with pytest.raises(ConfigError, match=re.escape(expected)):
        enforce(findings, demo=True, warn=nobody)


def test_valkey_goes_by_its_own_version() -> None:
    """Valkey, which reports a Redis version for old clients, is called by its own name."""
    client = answering({"redis_version": "7.2.4", "valkey_version": "8.1.0", "server_name": "valkey"}, GOOD)

    assert ("Valkey 8.1.0", (7, 2, 4)) == version(client)
    assert [] == check(client)


def test_bytes_and_texts_are_both_read() -> None:
    """A client that does not decode gives the same findings."""
    encoded: dict[Any, Any] = {name.encode(): value.encode() for name, value in GOOD.items()}

    assert [] == check(answering({"redis_version": "7.0.15"}, encoded))


def test_hidden_settings_are_a_finding() -> None:
    """A managed service that forbids CONFIG is used, with a warning that says what cannot be seen."""
    findings = check(answering({"redis_version": "7.2.4"}, redis.ResponseError("unknown command")))
    said: list[str] = []
    enforce(findings, demo=False, warn=said.append)

    assert [("settings", False)] == [(finding.name, finding.fatal) for finding in findings]
    assert "appendfsync always" in said[0]


def test_production_refuses_what_the_demo_warns_of() -> None:
    """A store that may forget is refused in production; the demo goes on with a warning."""
    finding = Finding("appendfsync", "everysec", "always", True)
    said: list[str] = []
    enforce([finding], demo=True, warn=said.append)

    assert ["the store's appendfsync is everysec; Fanfare needs always"] == said
    with pytest.raises(ConfigError, match="appendfsync is everysec"):
        enforce([finding], demo=False, warn=nobody)


@pytest.mark.parametrize("ask", [version, check])
def test_no_answer_is_a_store_error(ask: Callable[[redis.Redis], object]) -> None:
    """A store that cannot be reached is an error of ours, not the client library's."""
    client = connect("unix:///nonexistent/store.sock")

    with pytest.raises(StoreError, match="does not answer"):
        ask(client)


def test_store_that_goes_away_in_between() -> None:
    """A store that answers the first question only is an error of ours too."""
    with pytest.raises(StoreError, match="does not answer"):
        check(answering({"redis_version": "7.2.4"}, redis.ConnectionError("gone")))


def test_wrong_url_is_named() -> None:
    """An address that no client understands names the setting."""
    with pytest.raises(ConfigError, match="FANFARE_REDIS_URL"):
        connect("http://example.org")
