"""Checks that a store is new enough and keeps what it acknowledges, as the ledger needs it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from app.base.errors import ConfigError, StoreError
from app.store.wanted import WANTED, Finding, wrong_among

VERSION_MIN = (7, 0)


def connect(url: str, timeout_s: float = 5.0) -> redis.Redis:
    """A client that answers at once and never sends a command twice.

    Raises:
        ConfigError: the address cannot be understood.
    """
    try:
        return redis.Redis.from_url(url, socket_timeout=timeout_s, retry=Retry(NoBackoff(), 0), decode_responses=True)
    except ValueError as error:
        raise ConfigError(f"FANFARE_REDIS_URL: {error}") from None


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


def enforce(findings: list[Finding], *, demo: bool, warn: Callable[[str], None]) -> None:
    """Refuses what is fatal; the demo goes on with a warning, unless the store is too old for it.

    Raises:
        ConfigError: the store may not be used; it names every reason.
    """
    refused = [f for f in findings if f.fatal and (not demo or f.name == "version")]
    for finding in findings:
        if finding not in refused:
            warn(str(finding))
    if refused:
        raise ConfigError("; ".join(map(str, refused)))
