"""A store whose clock can be set: its child process runs under libfaketime."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from unittest import mock

import pytest

from app.store.server import StoreServer
from app.store.settings_check import connect
from tests.waiting import until

LIBRARY = "faketime/libfaketime.so.1"


def library() -> Path:
    """Where libfaketime is; the test fails where it is missing, as no test of the clock may be left out."""
    for path in sorted(Path("/usr/lib").glob(f"*/{LIBRARY}")):
        return path
    pytest.fail("libfaketime is missing: install the package faketime (apt-get install faketime)")


class ShiftedStore(StoreServer):
    """A store `offset_ms` away from our clock."""

    def __init__(self, data: Path) -> None:
        super().__init__(data)
        self._offset = data.with_name("clock")
        self._library = library()
        self._write(0)

    def shift(self, offset_ms: int) -> None:
        """Sets the store's clock to ours and so much more; the store goes by it when this returns."""
        self._write(offset_ms)
        client = connect(self.url)

        def is_shifted() -> bool:
            seconds, micros = client.time()
            return abs(seconds + micros / 1e6 - time.time() - offset_ms / 1000) < 0.05

        # The store keeps the time that it last asked for, for a millisecond.
        until(is_shifted)
        client.close()

    def _write(self, offset_ms: int) -> None:
        part = self._offset.with_name("clock.part")
        part.write_text(f"{offset_ms / 1000:+.3f}\n")
        # The store reads the file each time that it asks for the time: it must never be half there.
        part.replace(self._offset)

    def spawn(self) -> None:
        """Starts the child under libfaketime."""
        settings = {
            "LD_PRELOAD": str(self._library),
            "FAKETIME_TIMESTAMP_FILE": str(self._offset),
            "FAKETIME_NO_CACHE": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }
        with mock.patch.dict(os.environ, settings):
            super().spawn()


def kill(server: StoreServer) -> None:
    """kill -9 of a store; it is dead when this returns."""
    assert server.pid
    os.kill(server.pid, signal.SIGKILL)
    until(lambda: server.poll() is not None)
