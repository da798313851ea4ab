from __future__ import annotations

import os
import signal
import socket
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
from loadtest.cluster_faults import shard_of

server = ClusterServer(Path(sys.argv[1]), node_timeout_ms=500)
server.start()
server.ask(shard_of(server, 12_182).primary, "SET", "foo", "bar")
print(*(one.pid for one in server.servers), *server.ports, flush=True)
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


def test_it_dies_with_its_parent_and_comes_back(short_path: Path) -> None:
    """After kill -9 of the process that started them no node goes on; started again, also at other ports, they are the
    same cluster with the same data.
    """
    program = subprocess.Popen([sys.executable, "-c", PROGRAM, short_path / "c"], stdout=subprocess.PIPE, text=True)
    assert program.stdout
    told = [int(number) for number in program.stdout.readline().split()]
    pids, ports = told[:6], told[6:]
    os.kill(program.pid, signal.SIGKILL)
    program.wait()
    program.stdout.close()
    until(lambda: not any(map(is_alive, pids)))
    (short_path / "c" / "ports").unlink()
    server = ClusterServer(short_path / "c", node_timeout_ms=500)
    server.start()
    kept = server.ask(shard_of(server, 12_182).primary, "GET", "foo")
    server.stop()

    assert 6 == len(pids)
    assert b"bar" == kept
    assert ports != server.ports


def test_a_port_that_was_taken_meanwhile(short_path: Path) -> None:
    """Where somebody else takes a port after it was found free, the cluster starts on others."""
    taken: list[socket.socket] = []

    class Late(ClusterServer):
        def _choose_ports(self) -> list[int]:
            ports = super()._choose_ports()
            if not taken:
                taken.append(socket.create_server((self.host, ports[-1])))
            return ports

    server = Late(short_path / "c", node_timeout_ms=500)
    server.start()
    whole, kept = is_whole(server, 0), (short_path / "c" / "ports").read_text().split()
    server.stop()

    assert whole
    with taken[0] as other:
        assert str(other.getsockname()[1]) not in kept


def test_errors_are_ours(cluster: ClusterServer, short_path: Path) -> None:
    """What a node refuses and one that is not there are told apart."""
    with pytest.raises(StoreRefused, match="unknown command"):
        cluster.ask(0, "NOSUCH")
    with pytest.raises(StoreError, match="does not answer"):
        ask(short_path / "nobody.sock", "PING")
