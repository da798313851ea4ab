"""A ledger is born: each partition of it gets the same epoch, and knows how many there are."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from app.base.errors import ConfigError, StoreRefused
from app.store.answers import those_that_answer
from app.store.client import Store
from app.store.keys import Keys


async def open_ledger(store: Store, new_epoch: str, partitions: int = 1) -> str:
    """The epoch of the store's ledger; an empty store gets one with `new_epoch`, or '' is returned where that is ''.

    Raises:
        ConfigError: the store has balances or a journal, but not the totals that belong to them; its ledger was written
            by a version of Fanfare that notes things differently, or has another number of partitions; or its
            partitions belong to several ledgers.
    """
    found = await epochs_in(store, partitions)
    if not found[0] and new_epoch and (not any(found) or await _is_newborn(store, partitions)):
        # Partition 0 is the last: a ledger that has it was born whole.
        for k in reversed(range(partitions)):
            found[k] = new_epoch = await open_partition(store, k, new_epoch, partitions)
    return next((epoch for epoch in found if epoch), "") if new_epoch else found[0]


async def epochs_in(store: Store, partitions: int) -> list[str]:
    """The ledger that each partition has, '' for none; those that have one have the same. Raises as `open_ledger`."""
    found = await asyncio.gather(*(open_partition(store, k, "", partitions) for k in range(partitions)))
    _be_of_one(found)
    return found


async def epochs_now(store: Store, partitions: int) -> dict[int, str]:
    """The same of those partitions that answer now, by their number. Raises StoreError where none does."""
    found = await those_that_answer([open_partition(store, k, "", partitions) for k in range(partitions)])
    _be_of_one(found.values())
    return found


def _be_of_one(found: Iterable[str]) -> None:
    if len(epochs := {epoch for epoch in found if epoch}) > 1:
        raise ConfigError(f"the store has partitions of several ledgers: {', '.join(sorted(epochs))}")


async def _is_newborn(store: Store, partitions: int) -> bool:
    """Whether no partition has any entry: its birth was cut short. Else the first one was lost since."""
    found = await asyncio.gather(*(store.call("HGET", Keys(k).totals, "n") for k in range(partitions)))
    return all(int(n or 0) == 0 for n in found)


async def partitions_in(store: Store) -> int:
    """How many partitions the store's ledger has, as the first says; 0 where that has none. Raises StoreError."""
    epoch, partitions = await store.call("HMGET", Keys().totals, "epoch", "partitions")
    return 0 if epoch is None else int(partitions or 1)


async def open_partition(store: Store, k: int, new_epoch: str, partitions: int) -> str:
    """The same of one partition. Raises as `open_ledger` does."""
    keys = Keys(k)
    try:
        epoch: bytes = await store.run(
            "open_ledger", [keys.totals, keys.journal, keys.coins], new_epoch, str(partitions)
        )
    except StoreRefused as error:
        if "LEDGER_DAMAGED" in str(error):
            raise ConfigError(f"the store's ledger is damaged: {error}") from None
        if "LEDGER_LAYOUT" in str(error):
            raise ConfigError(f"the store's ledger is another version's: {error}; begin with an empty store") from None
        if "LEDGER_PARTITIONS" in str(error):
            told = str(error).removeprefix("LEDGER_PARTITIONS ")
            raise ConfigError(f"{told}: that is fixed when a ledger is born (FANFARE_PARTITIONS)") from None
        raise
    return epoch.decode()
