"""What is done to a cluster: a primary killed, a replica promoted, a slot moved in both ways."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from app.base.errors import FanfareError, StoreError
from app.store.cluster_server import ClusterServer
from app.store.keys import Keys
from app.store.slots import slot_of

WAIT_S = 20.0
KEYS_AT_ONCE = 100


class Shard(NamedTuple):
    """The nodes of a slot, by their number."""

    primary: int
    replicas: list[int]


def until(is_so: Callable[[], bool], what: str, within_s: float = WAIT_S) -> None:
    """Returns when it is so.

    Raises:
        FanfareError: it is not in time.
    """
    until_s = time.monotonic() + within_s
    while not is_so():
        if time.monotonic() > until_s:
            raise FanfareError(f"the cluster did not {what} within {within_s:g} s")
        time.sleep(0.02)


def shard_of(cluster: ClusterServer, slot: int, asked: int | None = None) -> Shard:
    """Who has the slot, as node `asked` knows it, or the first that runs."""
    for k in range(len(cluster.servers)) if asked is None else [asked]:
        try:
            told = cluster.ask(k, "CLUSTER", "SLOTS")
        except StoreError:
            continue
        for first, last, *nodes in told:
            if first <= slot <= last:
                primary, *replicas = (cluster.ports.index(node[1]) for node in nodes)
                return Shard(primary, replicas)
    raise FanfareError(f"no node has slot {slot}")


def partitions_beside(cluster: ClusterServer, partitions: int) -> frozenset[int]:
    """The partitions that are on the first one's node, with itself."""
    primaries = [shard_of(cluster, slot_of(Keys(k).totals)).primary for k in range(partitions)]
    return frozenset(k for k, primary in enumerate(primaries) if primary == primaries[0])


def id_of(cluster: ClusterServer, k: int) -> str:
    """A node's id."""
    return str(cluster.ask(k, "CLUSTER", "MYID").decode())


def kill_primary(cluster: ClusterServer, slot: int) -> int:
    """Kills the slot's primary with SIGKILL, and waits until a replica has taken over; the dead node's number."""
    dead = shard_of(cluster, slot).primary
    server = cluster.servers[dead]
    server.kill()
    until(lambda: server.poll() is not None, "lose its node")
    wait_taken_over(cluster, slot, dead)
    return dead


def kill_ahead(cluster: ClusterServer, slot: int, lag_s: float) -> int:
    """The same while the replica is behind by what was written in `lag_s`, which nobody may have been promised."""
    shard = shard_of(cluster, slot)
    with stopped(cluster, shard.replicas[0]):
        time.sleep(lag_s)
        server = cluster.servers[shard.primary]
        server.kill()
        until(lambda: server.poll() is not None, "lose its node")
    wait_taken_over(cluster, slot, shard.primary)
    return shard.primary


def freeze_primary(cluster: ClusterServer, slot: int) -> None:
    """Lets the slot's primary hang until a replica has taken over; then it goes on, and finds out."""
    frozen = shard_of(cluster, slot).primary
    with stopped(cluster, frozen):
        wait_taken_over(cluster, slot, frozen)
    wait_whole(cluster, slot)


@contextmanager
def stopped(cluster: ClusterServer, k: int) -> Iterator[None]:
    """A node hangs meanwhile."""
    pid = cluster.servers[k].pid
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def wait_taken_over(cluster: ClusterServer, slot: int, lost: int) -> None:
    """Waits until all nodes but the lost one say that the slot is elsewhere."""
    others = [k for k in range(len(cluster.servers)) if k != lost]
    until(lambda: all(shard_of(cluster, slot, k).primary != lost for k in others), "give the slot to a replica")


def wait_whole(cluster: ClusterServer, slot: int) -> None:
    """Waits until all nodes agree on the slot's primary, and a replica follows it."""
    until(lambda: is_whole(cluster, slot), "become whole again")


def promote(cluster: ClusterServer, slot: int) -> int:
    """Has a replica of the slot take over in good order; its number."""
    replica = shard_of(cluster, slot).replicas[0]
    cluster.ask(replica, "CLUSTER", "FAILOVER")
    everyone = range(len(cluster.servers))
    until(lambda: all(shard_of(cluster, slot, k).primary == replica for k in everyone), "promote its replica")
    wait_whole(cluster, slot)
    return replica


def other_primary(cluster: ClusterServer, slot: int) -> int:
    """A primary that does not have the slot."""
    owner = shard_of(cluster, slot).primary
    primaries = {cluster.ports.index(found[2][1]) for found in cluster.ask(owner, "CLUSTER", "SLOTS")}
    return min(primaries - {owner})


def can_move_at_once(cluster: ClusterServer) -> bool:
    """Whether the server moves slots atomically, as Valkey does from 9 on."""
    return any(line.strip().startswith(b"MIGRATESLOTS") for line in cluster.ask(0, "CLUSTER", "HELP"))


def move_at_once(cluster: ClusterServer, slot: int) -> bool:
    """Moves the slot to another primary atomically; False where the server is too old for it."""
    if not can_move_at_once(cluster):
        return False
    owner, target = shard_of(cluster, slot).primary, other_primary(cluster, slot)
    cluster.ask(owner, "CLUSTER", "MIGRATESLOTS", "SLOTSRANGE", slot, slot, "NODE", id_of(cluster, target))
    _until_moved(cluster, slot, target)
    wait_whole(cluster, slot)
    return True


def move_by_keys(cluster: ClusterServer, slot: int) -> None:
    """Moves the slot to another primary in the classic way: key by key, while it belongs to both."""
    source, target = begin_move(cluster, slot)
    while keys := cluster.ask(source, "CLUSTER", "GETKEYSINSLOT", slot, KEYS_AT_ONCE):
        port = cluster.ports[target]
        cluster.ask(source, "MIGRATE", cluster.host, port, "", 0, 5000, "KEYS", *(key.decode() for key in keys))
    end_move(cluster, slot, source, target)


def begin_move(cluster: ClusterServer, slot: int) -> tuple[int, int]:
    """Opens the slot at both ends of a move; the nodes that have it and that get it."""
    source, target = shard_of(cluster, slot).primary, other_primary(cluster, slot)
    cluster.ask(target, "CLUSTER", "SETSLOT", slot, "IMPORTING", id_of(cluster, source))
    cluster.ask(source, "CLUSTER", "SETSLOT", slot, "MIGRATING", id_of(cluster, target))
    return source, target


def end_move(cluster: ClusterServer, slot: int, source: int, target: int) -> None:
    """Gives the slot, with all its keys moved, to its new node."""
    for k in (target, source):
        cluster.ask(k, "CLUSTER", "SETSLOT", slot, "NODE", id_of(cluster, target))
    _until_moved(cluster, slot, target)
    wait_whole(cluster, slot)


def is_whole(cluster: ClusterServer, slot: int) -> bool:
    """Whether every node agrees on the slot's primary, and that it has a replica that follows it."""
    try:
        shards = {str(shard_of(cluster, slot, k)): shard_of(cluster, slot, k) for k in range(len(cluster.servers))}
        shard = next(iter(shards.values()))
        followed = b"state=online" in cluster.ask(shard.primary, "INFO", "replication")
        return len(shards) == 1 and bool(shard.replicas) and followed
    except FanfareError:
        return False


def _until_moved(cluster: ClusterServer, slot: int, target: int) -> None:
    until(
        lambda: all(shard_of(cluster, slot, k).primary == target for k in range(len(cluster.servers))),
        "move its slot",
    )


P0 = slot_of(Keys(0).totals)
"""The slot of the first partition."""
