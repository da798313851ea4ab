from __future__ import annotations

from pathlib import Path

import pytest

from app.base.errors import ConfigError
from app.store.client import Store
from app.store.epoch import epoch_here, known_epoch, remember_epoch
from app.store.keys import Keys


def test_an_epoch_is_remembered(tmp_path: Path) -> None:
    """A folder knows no ledger at first, and then the one that was written down."""
    first = known_epoch(tmp_path / "d")
    remember_epoch(tmp_path / "d", "0123456789abcdef")

    assert (None, "0123456789abcdef") == (first, known_epoch(tmp_path / "d"))


def test_an_empty_file_is_no_first_start(tmp_path: Path) -> None:
    """An empty epoch file, as an old disk fault leaves it, is an error that says what to do."""
    (tmp_path / "ledger.epoch").touch()

    with pytest.raises(ConfigError, match=r"ledger\.epoch is empty; .* delete it to accept the ledger"):
        known_epoch(tmp_path)


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """Where the epoch cannot be kept, the folder is named with the reason."""
    (tmp_path / "file").touch()

    with pytest.raises(ConfigError, match="cannot be used: it is not a folder"):
        remember_epoch(tmp_path / "file" / "d", "0123456789abcdef")


async def test_a_partition_without_its_ledger_is_said(
    tmp_path: Path, store_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    """The first start makes the ledger; later ones say which partitions have it no more, and make nothing anew."""
    store = Store(f"{store_url}?db=2")
    await store.call("FLUSHDB")
    epoch = await epoch_here(store, tmp_path, 4)
    again = await epoch_here(store, tmp_path, 4)
    quiet = list(caplog.messages)
    await store.call("DEL", Keys(2).totals)
    later = await epoch_here(store, tmp_path, 4)
    with pytest.raises(ConfigError, match="has 4 partitions, not 2"):
        await epoch_here(store, tmp_path, 2)
    store.close()

    assert ([], epoch, epoch, epoch) == (quiet, known_epoch(tmp_path), again, later)
    assert [f"partition 2: the store has no ledger, but this data folder belongs to ledger {epoch}: "] == [
        line[: line.index("gifts are refused")] for line in caplog.messages
    ]
