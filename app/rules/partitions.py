"""In which partition of a ledger a person is."""

from __future__ import annotations

from zlib import crc32


def partition(account: str, partitions: int) -> int:
    """The partition of a person, and of the rooms that are the person's, of so many."""
    return crc32(account.encode()) % partitions


def where(partition: int, partitions: int) -> str:
    """How a line for people about a partition begins, where there are several."""
    return f"partition {partition}: " if partitions > 1 else ""
