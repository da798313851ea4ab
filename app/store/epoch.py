"""Which ledger a data folder belongs to: its epoch, in a file beside the store's data.

The store could tell, but a store that was emptied or exchanged tells wrong: the file is what it is compared with.
"""

from __future__ import annotations

import logging
import secrets
from pathlib import Path

from app.base.files import read_kept, unusable, write_whole
from app.rules.partitions import where
from app.store.birth import epochs_now, open_ledger
from app.store.client import Store

log = logging.getLogger(__name__)

REMEDY = (
    "it holds the epoch of the ledger that belongs here. Put a copy of it back, "
    "or delete it to accept the ledger that the store has now"
)


def known_epoch(data: Path) -> str | None:
    """The epoch of the ledger that belongs to the data folder; None before its first start.

    Raises:
        ConfigError: the file is empty or cannot be read, which must not be taken for a first start.
    """
    return read_kept(data / "ledger.epoch", REMEDY)


def remember_epoch(data: Path, epoch: str) -> None:
    """Writes the epoch down for good.

    Raises:
        ConfigError: the folder cannot be written.
    """
    try:
        write_whole(data / "ledger.epoch", epoch)
    except OSError as error:
        raise unusable(data, error) from None


async def epoch_here(store: Store, data: Path, partitions: int = 1) -> str:
    """The epoch of the ledger that belongs to the data folder; the first time, the store's, or that of a new one there.

    Once it is known, an empty or foreign store is refused by every script, never taken for new; and partitions that are
    away keep nobody from the others.

    Raises:
        ConfigError: the ledger in the store is damaged, or has another number of partitions, or the folder cannot be
            used.
        StoreError: the store cannot be reached: no partition, or one of a ledger that is not known yet.
    """
    epoch = known_epoch(data)
    if epoch is None:
        epoch = await open_ledger(store, secrets.token_hex(8), partitions)
        remember_epoch(data, epoch)
        return epoch
    for k, other in (await epochs_now(store, partitions)).items():
        if other != epoch:
            log.error(
                "%sthe store has %s, but this data folder belongs to ledger %s: gifts are refused as `uninitialised`; "
                "an empty store gets it back by `fanfare ledger rebuild`",
                where(k, partitions),
                f"ledger {other}" if other else "no ledger",
                epoch,
            )
    return epoch
