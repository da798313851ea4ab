from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from app.base.errors import StoreError, StoreRefused
from app.store.cluster_server import ClusterServer, ask
from loadtest.cluster_faults import is_whole, shard_of
from tests.waiting import is_alive, until

PROGRAM = """
import sys, time
from pathlib import Path
from app.store.cluster_server import ClusterServer

server = ClusterServer(Path(sys.argv[1]))
server.start()
print(*(one.pid for one in server.servers), flush=True)
time.sleep(60)
"""


def test_a_cluster_of_six(cluster: ClusterServer) -> None:
    """Three primaries have all slots, each with one replica; all keep what they acknowledge, on loopback alone."""
    shards = [shard_of(cluster, slot) for slot in (0, 8000, 16_383)]

    assert list(range(6)) == sorted(k for shard in shards for k in (shard.primary, *shard.replicas))
    assert all(is_whole(cluster, slot) for slot in (0, 8000, 16_383))
    for k in range(6):
        names = ("appendonly", "appendfsync", "maxmemory-policy", "bind")
        told = [cluster.ask(k, "CONFIG", "GET", name)[1] for name in names]
        assert [b"yes", b"always", b"noeviction", b"127.0.0.1"] == told


def test_it_comes_back_with_its_data(short_path: Path) -> None:
    """A folder's cluster is the same after it was ended, also where its ports have been taken meanwhile."""
    first = ClusterServer(short_path / "c")
    first.start()
    node = shard_of(first, 12_182).primary
    first.ask(node, "SET", "foo", "bar")
    first.stop()
    (short_path / "c" / "ports").unlink()
    second = ClusterServer(short_path / "c")
    second.start()
    node = shard_of(second, 12_182).primary
    kept = second.ask(node, "GET", "foo")
    second.stop()

    assert b"bar" == kept
    assert set(first.ports).isdisjoint(second.ports)


def test_its_nodes_die_with_it(short_path: Path) -> None:
    """After kill -9 of the process that started them, no node goes on."""
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, short_path / "c"], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    assert program.stdout
    pids = [int(pid) for pid in program.stdout.readline().split()]
    assert 6 == len(pids)
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()

    until(lambda: not any(map(is_alive, pids)))


def test_errors_are_ours(cluster: ClusterServer, short_path: Path) -> None:
    """What a node refuses and one that is not there are told apart."""
    with pytest.raises(StoreRefused, match="unknown command"):
        cluster.ask(0, "NOSUCH")
    with pytest.raises(StoreError, match="does not answer"):
        ask(short_path / "nobody.sock", "PING")
