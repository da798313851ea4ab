from __future__ import annotations

import importlib
import pkgutil

import pytest
from sqlalchemy import BigInteger, Integer, text

import app.archive
from app.archive.archive import Archive
from app.archive.schema import METADATA
from app.base.errors import ArchiveError

SMALL = {"partition", "day", "hour", "part"}


def test_amounts_have_64_bits() -> None:
    """Every number is as wide as the ledger's, save for partitions, days, hours and parts of one."""
    for module in pkgutil.iter_modules(app.archive.__path__):
        importlib.import_module(f"app.archive.{module.name}")
    columns = [column for table in METADATA.tables.values() for column in table.c]

    assert SMALL == {
        column.name
        for column in columns
        if isinstance(column.type, Integer) and not isinstance(column.type, BigInteger)
    }


@pytest.mark.parametrize("table", ["entries", "postings"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET n = 7", "DELETE FROM {}"])
async def test_the_books_are_not_corrected(archive: Archive, table: str, statement: str) -> None:
    """Neither entries nor postings can be changed or removed."""
    rows = {"entries": "(0, 1, 1, 'grant', '0123456789abcdef', NULL, '[]')", "postings": "(1, 1, 1, 1)"}
    await archive.write(lambda connection: connection.execute(text(f"INSERT INTO {table} VALUES {rows[table]}")))

    with pytest.raises(ArchiveError, match="the books are not corrected"):
        await archive.write(lambda connection: connection.execute(text(statement.format(table))))
