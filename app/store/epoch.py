"""Which ledger a data folder belongs to: its epoch, in a file beside the store's data.

The store could tell, but a store that was emptied or exchanged tells wrong: the file is what it is compared with.
"""

from __future__ import annotations

from pathlib import Path

from app.base.files import read_kept, unusable, write_whole

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
