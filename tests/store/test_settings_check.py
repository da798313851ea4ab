from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import pytest
import redis

from app.base.errors import ConfigError, StoreError
from app.store.cluster_server import ClusterServer, ask
from app.store.server import StoreServer
from app.store.settings_check import check, connect, enforce, examine, version
from app.store.wanted import Finding
from loadtest.cluster_faults import shard_of, wait_whole
from tests.waiting import until

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


def test_a_good_cluster_is_taken(cluster: ClusterServer) -> None:
    """Of a cluster that is set as it should be nothing is wrong, whichever of its nodes is named."""
    for port in (cluster.ports[0], cluster.ports[5]):
        name, findings = examine(f"redis://127.0.0.1:1,127.0.0.1:{port}", replicas_ack=1)

        assert name.endswith(", a cluster")
        assert [] == findings


def test_each_node_of_a_cluster_is_looked_at(cluster: ClusterServer) -> None:
    """A replica that evicts, a primary that keeps no file, too few replicas to confirm a gift: each is fatal."""
    cluster.ask(4, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
    cluster.ask(0, "CONFIG", "SET", "appendonly", "no")
    try:
        _, findings = examine(cluster.url, replicas_ack=2)
    finally:
        cluster.ask(4, "CONFIG", "SET", "maxmemory-policy", "noeviction")
        cluster.ask(0, "CONFIG", "SET", "appendonly", "yes")

    places = [f"127.0.0.1:{cluster.ports[k]}" for k in (0, 4)]
    expected = {
        "the store's number of replicas is 1; Fanfare needs 2 for FANFARE_REPLICAS_ACK",
        f"the store's appendonly is no on {places[0]}; Fanfare needs yes",
        f"the store's maxmemory-policy is allkeys-lru on {places[1]}; Fanfare needs noeviction",
    }
    assert expected == set(map(str, findings))
    assert all(finding.fatal for finding in findings)


def test_a_cluster_with_a_gap_is_refused(cluster: ClusterServer) -> None:
    """A cluster in which slots have no node is refused, by the demo too."""
    owner = shard_of(cluster, 0).primary
    cluster.ask(owner, "CLUSTER", "DELSLOTS", 0, 1)
    try:
        _, findings = examine(f"redis://127.0.0.1:{cluster.ports[owner]}")
    finally:
        cluster.ask(owner, "CLUSTER", "ADDSLOTS", 0, 1)

    with pytest.raises(ConfigError, match="without nodes for 2 slots; Fanfare needs a node for all 16,384"):
        enforce(findings, demo=True, warn=nobody)


def test_a_node_that_is_away_is_told(cluster: ClusterServer) -> None:
    """While a node is down the rest is used, with a word about it."""
    replica = cluster.servers[shard_of(cluster, 0).replicas[0]]
    replica.kill()
    until(lambda: replica.poll() is not None)
    said: list[str] = []
    enforce(examine(cluster.url)[1], demo=False, warn=said.append)
    replica.spawn()
    wait_whole(cluster, 0)

    assert 1 == len(said)
    assert "the store's node is away: 127.0.0.1:" in said[0]


def test_a_replica_is_refused_as_an_address(short_path: Path) -> None:
    """A single store that follows another is refused, with the name of that other."""
    server = StoreServer(short_path / "d")
    server.start()
    assert [] == examine(server.url)[1]
    assert ["number of replicas"] == [finding.name for finding in examine(server.url, replicas_ack=1)[1]]
    ask(server.socket_file, "REPLICAOF", "127.0.0.1", 1)
    _, findings = examine(server.url)
    server.stop()

    with pytest.raises(ConfigError, match=r"role is that of a replica of 127.0.0.1:1; Fanfare needs a primary's"):
        enforce(findings, demo=True, warn=nobody)


def test_nobody_answers() -> None:
    """An address at which nothing answers, and sentinels that do not, are errors that say so."""
    with pytest.raises(StoreError, match="does not answer"):
        examine("redis://127.0.0.1:1,127.0.0.1:2")
    with pytest.raises(StoreError, match="no sentinel answers where 'gifts' is"):
        examine("redis+sentinel://127.0.0.1:1/gifts")
