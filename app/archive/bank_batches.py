"""Files for the bank: each is made of what stands here and of its payouts, the same bytes whenever it is made."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, String, Table, select

from app.archive.schema import METADATA, key, long, text

BANK_BATCHES = Table("bank_batches", METADATA, key("id", String()), long("created_ms"), text("execute_on"))


class BankBatch(NamedTuple):
    """One file; `execute_on` is the day that the bank pays on, like 2026-01-31."""

    id: str
    created_ms: int
    execute_on: str


def put(connection: Connection, batch: BankBatch) -> None:
    """A new one."""
    connection.execute(BANK_BATCHES.insert().values(batch._asdict()))


def find(connection: Connection, batch_id: str) -> BankBatch | None:
    """The one of that id."""
    columns = [BANK_BATCHES.c[name] for name in BankBatch._fields]
    row = connection.execute(select(*columns).where(BANK_BATCHES.c.id == batch_id)).one_or_none()
    return None if row is None else BankBatch(*row)
