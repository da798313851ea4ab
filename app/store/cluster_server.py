"""A whole cluster on this machine, for development and tests: three primaries and a replica of each.

Its nodes are embedded stores that listen on loopback as well, without a password; they die with their parent.
"""

from __future__ import annotations

import contextlib
import itertools
import random
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hiredis

from app.base.errors import StoreError, StoreRefused
from app.base.files import unusable, write_whole
from app.store.keys import touched_key
from app.store.server import Say, StoreServer, is_listening, say_on_stderr, socket_path
from app.store.slots import SLOTS, slot_of

PRIMARIES, NODES = 3, 6
LOOPBACK = "127.0.0.1"
# Below the ports that systems give to outgoing connections, so that nobody is given one of ours before it is used.
PORTS = (20_000, 32_000)
PORT_TRIES = 3
FORM_WAIT_S = 30.0
NODE_TIMEOUT_MS = 2000


class ClusterServer:
    """The nodes' processes, each with a folder of its own in `folder`. Use it from the main thread."""

    host = LOOPBACK
    """Where the nodes listen, and what they tell others of where they are."""

    def __init__(self, folder: Path, *, say: Say = say_on_stderr, node_timeout_ms: int = NODE_TIMEOUT_MS) -> None:
        self.folder = folder.absolute()
        self.servers: list[StoreServer] = []
        self.ports: list[int] = []
        self._say = say
        self._node_timeout_ms = node_timeout_ms

    @property
    def url(self) -> str:
        """The address of all its nodes; known once it was started."""
        return cluster_url_of(self.ports, self.host)

    def start(self) -> None:
        """Starts the nodes, makes them a cluster where they are none, and waits until all of it works.

        Raises:
            ConfigError: no usable binary, an unusable folder, or one that is in use.
            StoreError: a node does not come up, or they do not come to know each other.
        """
        for more_tries in reversed(range(PORT_TRIES)):
            try:
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                ports = self._choose_ports()
            except OSError as error:
                raise unusable(self.folder, error) from None
            self.ports = ports[:NODES]
            try:
                self._start_nodes(ports)
                self._form(ports)
                return
            except StoreError:
                self.stop()
                # Someone else may have taken a port since it was chosen.
                if not more_tries or all(map(_is_free, ports)):
                    raise
            except BaseException:
                self.stop()
                raise

    def stop(self) -> None:
        """Ends all nodes, each after it has written what it has."""
        for server in self.servers:
            server.stop()
        self.servers.clear()

    def ask(self, k: int, *words: str | int) -> Any:
        """What node k (0 to 5) answers to a command.

        Raises:
            StoreError: it cannot be reached, or refuses it (StoreRefused).
        """
        return ask(self.servers[k].socket_file, *words)

    def _start_nodes(self, ports: list[int]) -> None:
        for k in range(NODES):
            settings = self._settings(ports[k], ports[NODES + k])
            server = StoreServer(self.folder / f"node-{k + 1}", say=self._say, more=settings)
            server.start()
            self.servers.append(server)

    def _choose_ports(self) -> list[int]:
        """Where nodes listen, for clients and then for each other: as the last time, where that is still free."""
        kept = self.folder / "ports"
        with contextlib.suppress(FileNotFoundError, ValueError):
            ports = [int(port) for port in kept.read_text().split()]
            if len(ports) == 2 * NODES and all(map(_is_free, ports)):
                return ports
        ports = list(itertools.islice(_free_ports(), 2 * NODES))
        write_whole(kept, " ".join(map(str, ports)) + "\n")
        return ports

    def _settings(self, port: int, bus_port: int) -> dict[str, str]:
        return {
            "port": str(port),
            "bind": self.host,
            "cluster-enabled": "yes",
            "cluster-port": str(bus_port),
            "cluster-announce-ip": self.host,
            "cluster-config-file": "nodes.conf",
            "cluster-node-timeout": str(self._node_timeout_ms),
            # While one part is away, the others go on.
            "cluster-require-full-coverage": "no",
            "cluster-allow-replica-migration": "no",
            "repl-diskless-sync-delay": "0",
        }

    def _form(self, ports: list[int]) -> None:
        for k in range(PRIMARIES):
            if self._info(k)["cluster_slots_assigned"] == "0":
                self.ask(k, "CLUSTER", "SET-CONFIG-EPOCH", k + 1)
                first, behind = SLOTS * k // PRIMARIES, SLOTS * (k + 1) // PRIMARIES
                self.ask(k, "CLUSTER", "ADDSLOTSRANGE", first, behind - 1)
        for k in range(1, NODES):
            # Those who know each other meet again, where their ports are others than the last time.
            self.ask(0, "CLUSTER", "MEET", self.host, ports[k], ports[NODES + k])
        self._wait(self._have_met, "come to know each other")
        self._share_replicas()
        self._wait(self._are_up, "become a cluster")
        for k in range(NODES):
            self._touch(k)
        self._wait(self._is_whole, "follow each other")

    def _wait(self, is_so: Callable[[], bool], what: str) -> None:
        until_s = time.monotonic() + FORM_WAIT_S
        while not is_so():
            if time.monotonic() > until_s:
                raise StoreError(f"the nodes do not {what}; {self.folder}/node-*/store.log may say why")
            time.sleep(0.02)

    def _have_met(self) -> bool:
        known = [[node[2] for node in self._nodes(k)] for k in range(NODES)]
        return all(len(flags) == NODES and not any("handshake" in f for f in flags) for flags in known)

    def _share_replicas(self) -> None:
        """Nodes with nothing to do follow a primary each. A node knows for sure only what it has itself."""
        mine = [next(node for node in self._nodes(k) if "myself" in node[2]) for k in range(NODES)]
        primaries, followed = [node[0] for node in mine if len(node) > 8], [node[3] for node in mine]
        for k, node in enumerate(mine):
            if "slave" not in node[2] and len(node) <= 8:
                primary = min(primaries, key=followed.count)
                self.ask(k, "CLUSTER", "REPLICATE", primary)
                followed.append(primary)

    def _are_up(self) -> bool:
        return all(self._info(k)["cluster_state"] == "ok" for k in range(NODES))

    def _is_whole(self) -> bool:
        for k in range(NODES):
            if any(len(shard) < 4 for shard in self.ask(k, "CLUSTER", "SLOTS")):
                return False
            replication = _fields(self.ask(k, "INFO", "replication"))
            if replication.get("master_link_status", "up") != "up":
                return False
        return True

    def _touch(self, k: int) -> None:
        """Writes something: a primary tells of its replicas once they have followed it anywhere."""
        for first, last, primary, *_ in self.ask(k, "CLUSTER", "SLOTS"):
            if primary[1] == self.ports[k]:
                tag = next(text for text in map(str, itertools.count()) if first <= slot_of(text) <= last)
                self.ask(k, "SET", touched_key(f"{{{tag}}}"), 1)

    def _info(self, k: int) -> dict[str, str]:
        return _fields(self.ask(k, "CLUSTER", "INFO"))

    def _nodes(self, k: int) -> list[list[str]]:
        """The nodes that node k knows: id, address, flags, primary, ...; from the ninth word on its slots."""
        return [line.split() for line in self.ask(k, "CLUSTER", "NODES").decode().splitlines()]


def cluster_folder(data: Path) -> Path:
    """Where a data folder keeps a cluster, apart from a single store's files."""
    return data / "cluster"


def is_cluster_folder(folder: Path) -> bool:
    """Whether a cluster was ever started in that folder."""
    return (folder / "ports").exists()


def running_cluster(folder: Path) -> str | None:
    """The address of the cluster that runs in a folder of one, None where it does not run."""
    ports = [int(port) for port in (folder / "ports").read_text().split()][:NODES]
    nodes = [folder / f"node-{k + 1}" for k in range(NODES)]
    return cluster_url_of(ports) if any(map(_is_running, nodes)) else None


def cluster_url_of(ports: list[int], host: str = LOOPBACK) -> str:
    """The address of a cluster whose nodes are all on one machine."""
    return "redis://" + ",".join(f"{host}:{port}" for port in ports)


def ask(path: Path, *words: str | int) -> Any:
    """What the store on that socket answers to a command. Raises StoreError as ClusterServer.ask does."""
    reader = hiredis.Reader(notEnoughData=reader_waits, replyError=StoreRefused, protocolError=StoreError)
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(5)
            client.connect(str(path))
            client.sendall(hiredis.pack_command(words))  # type: ignore[arg-type]  # its types know one argument only
            while (reply := reader.gets()) is reader_waits:
                reader.feed(client.recv(1 << 16) or b"!")
    except OSError as error:
        raise StoreError(f"the node does not answer: {error}") from None
    if isinstance(reply, StoreRefused):
        raise reply
    return reply


def reader_waits() -> None:
    """Stands for a reply that is not whole yet."""


def _fields(text: bytes) -> dict[str, str]:
    """What INFO and CLUSTER INFO tell."""
    lines = (line.partition(":") for line in text.decode().splitlines())
    return {name: value for name, colon, value in lines if colon}


def _is_running(node: Path) -> bool:
    with contextlib.suppress(StoreError):
        return is_listening(socket_path(node))
    return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe, contextlib.suppress(OSError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((LOOPBACK, port))
        return True
    return False


def _free_ports() -> Iterator[int]:
    tried: set[int] = set()
    while len(tried) < PORTS[1] - PORTS[0]:
        port = random.randrange(*PORTS)
        if port not in tried and _is_free(port):
            yield port
        tried.add(port)
    raise StoreError(f"no {2 * NODES} ports are free between {PORTS[0]} and {PORTS[1]}")
