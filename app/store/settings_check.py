"""Checks that a store is new enough and keeps what it acknowledges, as the ledger needs it."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, cast

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.base.errors import ConfigError, StoreError
from app.store.address import TLS_OPTIONS, Address, Place, read_address
from app.store.slots import SLOTS, SlotMap
from app.store.wanted import WANTED, Finding, wrong_among

VERSION_MIN = (7, 0)
# What no demo runs on either.
UNUSABLE = ("version", "role", "cluster")


def connect(url: str, timeout_s: float = 5.0) -> redis.Redis:
    """A client that answers at once and never sends a command twice, to the first place of an address.

    Raises:
        ConfigError: the address cannot be understood.
    """
    address = _read(url)
    return client_at(address, address.places[0], timeout_s)


def _read(url: str) -> Address:
    try:
        return read_address(url)
    except ConfigError as error:
        raise ConfigError(f"FANFARE_REDIS_URL: {error}") from None


def client_at(address: Address, place: Place, timeout_s: float = 5.0) -> redis.Redis:
    """The same, to one place."""
    host, port = place
    tls: dict[str, Any] = {}
    if address.tls is not None:
        tls = {name: value for name, value in address.options.items() if name in TLS_OPTIONS}
        tls |= {"ssl": True, "ssl_check_hostname": address.tls.check_hostname}
    return redis.Redis(
        host=host,
        port=port,
        unix_socket_path=None if port else host,
        username=address.username if address.password else None,
        password=address.password,
        db=address.db,
        socket_timeout=timeout_s,
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
        **tls,
    )


def version(client: redis.Redis) -> tuple[str, tuple[int, ...]]:
    """What the store calls itself, with its number, and the number of the Redis it is compatible with.

    Raises:
        StoreError: it does not answer.
    """
    try:
        info: dict[str, Any] = client.info("server")
    except redis.RedisError as error:
        raise StoreError(f"the store does not answer: {error}") from None
    compatible = str(info["redis_version"])
    name, number = ("Valkey", info["valkey_version"]) if "valkey_version" in info else ("Redis", compatible)
    return f"{name} {number}", tuple(int(part) for part in compatible.split(".")[:3])


def check(client: redis.Redis) -> list[Finding]:
    """All that is wrong with the store; nothing when it is as it should be.

    Raises:
        StoreError: it does not answer.
    """
    findings = []
    name, compatible = version(client)
    if compatible < VERSION_MIN:
        findings.append(Finding("version", name, "Valkey or Redis 7.0 or newer", True))
    try:
        settings: Mapping[Any, Any] = client.config_get(*WANTED)
    except redis.ResponseError as error:
        # Managed services hide CONFIG: then the operator has to know, and nothing here can.
        reading = ", ".join(f"{key} {value}" for key, value in WANTED.items())
        return [*findings, Finding("settings", f"hidden ({error})", reading, False)]
    except redis.RedisError as error:
        raise StoreError(f"the store does not answer: {error}") from None
    return findings + wrong_among(settings)


def examine(url: str, replicas_ack: int = -1) -> tuple[str, list[Finding]]:
    """What the store of an address calls itself, and all that is wrong with it, on every node of a cluster.

    Raises:
        ConfigError: the address cannot be understood.
        StoreError: nobody answers there.
    """
    address, failure = _read(url), StoreError("the store does not answer")
    for place in _places(address):
        with contextlib.closing(client_at(address, place)) as client:
            try:
                name, _ = version(client)
                if client.info("cluster").get("cluster_enabled"):
                    findings = _wrong_with_cluster(address, place, replicas_ack)
                    return f"{name}, a cluster", findings
                return name, check(client) + _wrong_with_role(client, replicas_ack)
            except StoreError as error:
                failure = error
            except redis.RedisError as error:
                failure = StoreError(f"the store does not answer: {error}")
    raise failure


def _places(address: Address) -> Sequence[Place]:
    """Where the store is; of one that sentinels watch, where they say that it is."""
    if not address.service:
        return address.places
    for place in address.places:
        with contextlib.suppress(redis.RedisError):
            found = _ask(address.of_sentinels, place, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", address.service)
            if found is not None:
                return [(found[0], int(found[1]))]
    raise StoreError(f"no sentinel answers where {address.service!r} is")


def _ask(address: Address, place: Place, *words: str) -> Any:
    """What a place answers, as it is."""
    with contextlib.closing(cast(Any, client_at(address, place))) as client:
        return client.execute_command(*words)


def _wrong_with_role(client: redis.Redis, replicas_ack: int) -> list[Finding]:
    told = client.info("replication")
    if told["role"] != "master":
        primary = f"{told['master_host']}:{told['master_port']}"
        return [Finding("role", f"that of a replica of {primary}", "a primary's address", True)]
    return _too_few(int(told["connected_slaves"]), replicas_ack)


def _too_few(replicas: int, wanted: int) -> list[Finding]:
    if replicas >= wanted:
        return []
    return [Finding("number of replicas", str(replicas), f"{wanted} for FANFARE_REPLICAS_ACK", True)]


def _wrong_with_cluster(address: Address, asked: Place, replicas_ack: int) -> list[Finding]:
    told = _ask(address, asked, "CLUSTER", "SLOTS")
    slots = SlotMap(told, asked)
    if slots.missing:
        return [Finding("cluster", f"without nodes for {slots.missing:,} slots", f"a node for all {SLOTS:,}", True)]
    findings = _too_few(min(len(shard) - 3 for shard in told), replicas_ack)
    for place in [*slots.primaries, *sorted(slots.replicas)]:
        where = ":".join(map(str, place))
        with contextlib.closing(client_at(address, place)) as node:
            try:
                # A replica may be the primary tomorrow.
                findings += [f._replace(found=f"{f.found} on {where}") for f in check(node)]
            except StoreError:
                findings.append(Finding("node", f"away: {where}", "every node", False))
    if not slots.replicas:
        findings.append(Finding("number of replicas", "0", "one of each primary, to outlive its machine", False))
    return findings


def enforce(findings: list[Finding], *, demo: bool, warn: Callable[[str], None]) -> None:
    """Refuses what is fatal; the demo goes on with a warning where it can.

    Raises:
        ConfigError: the store may not be used; it names every reason.
    """
    refused = [f for f in findings if f.fatal and (not demo or f.name in UNUSABLE)]
    for finding in findings:
        if finding not in refused:
            warn(str(finding))
    if refused:
        raise ConfigError("; ".join(map(str, refused)))
