"""The store as a worker uses it: commands and scripts, sent to the node that has the keys, never twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Sequence
from functools import partial
from typing import Any

from app.base.errors import StoreError, StoreRefused, UnknownOutcome
from app.store.address import Place, read_address
from app.store.cluster import Cluster
from app.store.connection import Connection
from app.store.keys import touched_key
from app.store.link import Link, Node
from app.store.reach import reach
from app.store.scripts import Script, script
from app.store.slots import slot_of

Arg = str | bytes | int
Send = Callable[..., Coroutine[Any, Any, Any]]

# So long does a write wait for replicas before its outcome is unknown.
WAIT_MS = 1000
# Commands in use that have no keys.
KEYLESS = frozenset(("CONFIG", "TIME", "PING", "ECHO", "SCRIPT", "CLIENT", "ACL", "INFO", "CLUSTER", "WAIT"))

# Answers that say "not now", given before anything is run.
PASSING = ("LOADING", "BUSY", "TRYAGAIN", "MASTERDOWN", "CLUSTERDOWN", "MOVED", "ASK", "STALE")
# The first word of what it answers, and which of REASONS that is.
REASON_OF = {
    "LOADING": "loading",
    "BUSY": "busy",
    "TRYAGAIN": "busy",
    "MASTERDOWN": "busy",
    "CLUSTERDOWN": "busy",
    "MOVED": "busy",
    "ASK": "busy",
    "STALE": "busy",
    "OOM": "out_of_memory",
    "READONLY": "read_only",
    "NOREPLICAS": "no_replicas",
    "MISCONF": "disk",
    "NOAUTH": "denied",
    "WRONGPASS": "denied",
    "NOPERM": "denied",
}


class Store:
    """Calls to the store; on a cluster, to the node that has the slot of the call's first key.

    No call that may have run is sent twice. A broken connection is opened again at the next call.

    Args:
        url: see `address.py`.
        replicas_ack: how many replicas have to have what a script writes before it counts; -1: one on a cluster with
            replicas, else none. Where they have not in time, the outcome is unknown.
    """

    def __init__(self, url: str, replicas_ack: int = -1) -> None:
        self.url = url
        self._address = read_address(url)
        self._replicas_ack = replicas_ack
        self._single = Node(partial(reach, self._address), waits=replicas_ack > 0)
        self._cluster: Cluster | None = None

    @property
    def acks(self) -> int:
        """How many replicas have to have what is written."""
        return max(0, self._replicas_ack) if self._cluster is None else self._cluster.acks

    async def call(self, *args: Arg) -> Any:
        """Runs a command.

        Raises:
            StoreRefused: it answered with an error; nothing was run.
            UnknownOutcome: the connection broke before the answer.
            StoreError: it cannot be reached; nothing was sent.
        """
        if self._cluster is None and not self._address.service:
            connection = self._single.reads.connection
            if connection is not None and not connection.is_cluster:
                # The usual case, straight away.
                return await connection.call(*args)
        return await self._ask(key_of(args), partial(_send, args=args))

    async def call_kept(self, *args: Arg) -> Any:
        """Runs a command that reads, and answers what no failover takes back any more.

        The node that answers is asked in the same write whether replicas have all that it has: another node's replicas
        vouch for nothing that was read here. Raises as `call` does.
        """
        key = key_of(args)
        assert key is not None
        return await self._ask(key, partial(self._send_kept, args=args, key=key), writes=True)

    async def is_cluster(self) -> bool:
        """Whether it is one, which is known from the first call on. Raises as `call` does."""
        await self.call_each("PING")
        return self._cluster is not None

    async def call_each(self, *args: Arg) -> list[Any]:
        """Runs a command that has no keys at every primary; the answer of each. Raises as `call` does."""
        # Only now it is known whether it is a cluster.
        await self._ask(None, _itself)
        nodes = [self._single] if self._cluster is None else self._cluster.primaries()
        links = [node.reads for node in nodes]
        return list(await asyncio.gather(*[(await link.open()).call(*args) for link in links]))

    async def run(self, name: str, keys: list[str], *args: Arg) -> Any:
        """Runs the script of that name; it is loaded first where the store does not know it. Raises as `call` does."""
        wanted = script(name)
        call, key = ("EVALSHA", wanted.sha, len(keys), *keys, *args), keys[0] if keys else None
        send = _send if wanted.only_reads or key is None else partial(self._send_kept, key=key)
        return await self._ask(key, partial(_load_and_send, wanted, send, call), writes=not wanted.only_reads)

    async def publish(self, channel: str, payload: bytes) -> None:
        """Tells all who are subscribed to that channel. Raises as `call` does."""
        await self.call("SPUBLISH", channel, payload)

    async def settle(self, *keys: str) -> None:
        """Returns when the replicas that are wanted have all that was there before in the slots of these keys.

        Raises as `call` does.
        """
        if self.acks:
            # A node's replicas follow all that it has.
            asked = {self.place_of(key): key for key in keys}.values()
            sent = [partial(self._send_kept, args=("EXISTS", key), key=key) for key in asked]
            await asyncio.gather(*[self._ask(key, send, writes=True) for key, send in zip(asked, sent, strict=True)])

    def connection_of(self, key: str) -> Connection | None:
        """That on which the next script that writes to the key's slot goes out; None where it will be a new one."""
        slot = slot_of(key)
        node = self._single if self._cluster is None else self._cluster.node(slot)
        return node.writes(slot).connection if node is not None else None

    async def open(self, key: str) -> Connection:
        """The same, opened anew where it is broken.

        Raises:
            StoreError: it cannot be opened.
        """
        connection: Connection = await self._ask(key, _itself, writes=True)
        return connection

    def close(self) -> None:
        """Closes all connections; calls under way fail as UnknownOutcome."""
        self._single.close()
        if self._cluster is not None:
            self._cluster.close()

    def place_of(self, key: str) -> Place | None:
        """The node that has the key's slot; None on a single store."""
        return self._cluster.owner(slot_of(key)) if self._cluster is not None else None

    async def _ask(self, key: str | None, send: Send, *, writes: bool = False) -> Any:
        slot = slot_of(key) if key is not None else None
        if self._cluster is None:
            link = self._single.writes(slot) if writes else self._single.reads
            connection = link.connection or await link.open()
            if not connection.is_cluster:
                return await self._ask_single(link, connection, send)
        if self._cluster is None:
            self._cluster = Cluster(self._address, self._replicas_ack)
            self._single.close()
        return await self._cluster.ask(slot, send, writes=writes)

    async def _ask_single(self, link: Link, connection: Connection, send: Send) -> Any:
        try:
            return await send(connection, asking=False)
        except StoreRefused as error:
            if self._address.service and str(error).startswith("READONLY"):
                # It is no primary any more: the sentinels know which one is.
                link.close()
            raise

    async def _send_kept(self, connection: Connection, asking: bool, args: Sequence[Arg], key: str) -> Any:
        """Sends a call, and in the same write asks for the replicas' word that they have what it wrote or has read."""
        acks = self.acks
        if not acks:
            return await _send(connection, asking, args)
        # WAIT speaks of what this connection has written; that others wrote what is answered here, as on a resend, is
        # covered by a write of our own behind it.
        touch = ("SET", touched_key(key), "1")
        # In a slot that is moving here nothing may be made that may still be where it comes from: the move would fail.
        calls = [("ASKING",), args, ("ASKING",), (*touch, "XX")] if asking else [args, touch]
        sent = connection.call_all(*calls, ("WAIT", acks, WAIT_MS))
        *answers, touched, have = await asyncio.gather(*sent, return_exceptions=True)
        answer = answers[1 if asking else 0]
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(touched, BaseException) or isinstance(have, BaseException) or touched is None:
            raise UnknownOutcome(f"it is not known whether replicas have it: {touched}, {have}")
        if have < acks:
            raise UnknownOutcome(f"{have} of {acks} replicas have it")
        return answer


async def _send(connection: Connection, asking: bool, args: Sequence[Arg]) -> Any:
    if not asking:
        return await connection.call(*args)
    allowed, answer = connection.call_all(("ASKING",), args)
    allowed.add_done_callback(asyncio.Future.exception)
    return await answer


async def _load_and_send(wanted: Script, send: Send, args: Sequence[Arg], connection: Connection, asking: bool) -> Any:
    try:
        return await send(connection, asking=asking, args=args)
    except StoreRefused as error:
        if not str(error).startswith("NOSCRIPT"):
            raise
    await connection.call("SCRIPT", "LOAD", wanted.text)
    return await send(connection, asking=asking, args=args)


async def _itself(connection: Connection, asking: bool) -> Connection:
    return connection


def key_of(args: Sequence[Arg]) -> str | None:
    """The first key of a command that is no script, None where it has none."""
    key = args[1] if len(args) > 1 and args[0] not in KEYLESS else None
    return key if isinstance(key, str) else None


def is_passing(error: StoreError) -> bool:
    """Whether the store refused only for the moment (loading, busy), with nothing run."""
    return isinstance(error, StoreRefused) and str(error).startswith(PASSING)


def reason_of(error: StoreError) -> str:
    """Which of REASONS it is."""
    return REASON_OF.get(str(error).partition(" ")[0], "refused") if isinstance(error, StoreRefused) else "away"
