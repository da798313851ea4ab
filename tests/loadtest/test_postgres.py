from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from loadtest.postgres import NoPostgres, PostgresServer


def test_it_keeps_what_is_committed_until_it_ends(short_path: Path) -> None:
    """It answers once it has started, writes to the disk before it says so, and is gone once it is stopped."""
    server = PostgresServer(short_path)
    server.start()
    with psycopg.connect(server.url()) as connection:
        kept = [connection.execute(f"SHOW {name}").fetchone() for name in ("fsync", "synchronous_commit")]
    server.stop()

    assert [("on",), ("on",)] == kept
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(server.url())


def test_one_that_does_not_start_says_why(short_path: Path) -> None:
    """A setting that it does not know is named."""
    server = PostgresServer(short_path, {"no_such_setting": "1"})

    with pytest.raises(NoPostgres, match="no_such_setting"):
        server.start()
