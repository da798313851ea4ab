"""What commands share that work on the store of a data folder, whether or not a server runs on it."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator

from app.base.config import Settings, kept_secret, with_secrets
from app.base.errors import ConfigError, StoreError
from app.store.cluster_server import ClusterServer, is_cluster_folder, running_cluster
from app.store.epoch import known_epoch
from app.store.server import StoreServer, is_listening, socket_path, socket_url


@contextlib.contextmanager
def store_url(settings: Settings, *, new: bool = False) -> Iterator[str]:
    """The address of the store; an embedded one that does not run is started for as long as it is needed.

    With `new`, a data folder that never had one gets one.

    Raises:
        StoreError: there is no store of that data folder.
    """
    if settings.redis_url:
        yield settings.redis_url
        return
    url, server = _cluster(settings) if is_cluster_folder(settings.data) else _single(settings, new=new)
    if url is not None:
        yield url
        return
    server.start()
    try:
        yield server.url
    finally:
        server.stop()


def _cluster(settings: Settings) -> tuple[str | None, ClusterServer]:
    return running_cluster(settings.data), ClusterServer(settings.data)


def _single(settings: Settings, *, new: bool) -> tuple[str | None, StoreServer]:
    path = None
    with contextlib.suppress(StoreError) if new else contextlib.nullcontext():
        path = socket_path(settings.data)
    return socket_url(path) if path is not None and is_listening(path) else None, StoreServer(settings.data)


def known_secrets(settings: Settings) -> Settings:
    """The settings with their secrets: from FANFARE_*, or those that a demo made in the data folder.

    Raises:
        ConfigError: there are none.
    """
    if settings.secret and settings.api_key:
        return settings
    if kept_secret(settings.data, "secret") is None:
        raise ConfigError(
            f"no demo was ever started in {settings.data}, and FANFARE_SECRET and FANFARE_API_KEY are not both set"
        )
    return with_secrets(dataclasses.replace(settings, demo=True))


def epoch_of(settings: Settings) -> str:
    """The epoch of the ledger that belongs to the data folder.

    Raises:
        ConfigError: its file is empty or cannot be read.
        StoreError: no server was ever started with it.
    """
    epoch = known_epoch(settings.data)
    if epoch is None:
        raise StoreError(f"no ledger was ever opened in {settings.data}; start the server first")
    return epoch
