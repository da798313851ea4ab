"""How far each partition's journal is archived, and in which of them a person is."""

from __future__ import annotations

from typing import NamedTuple

from sqlalchemy import Connection, delete, func, select, text, update

from app.archive.schema import CURSORS
from app.base.errors import ConfigError
from app.rules.partitions import partition as partition_of
from app.rules.postings import is_stored, owner_of

BEGIN = """
INSERT INTO cursors (partition, epoch, n, head, stream_id, at_ms, term)
VALUES (:partition, :epoch, :n, :head, :stream_id, :at_ms, :term) ON CONFLICT (partition) DO NOTHING
"""


class Cursor(NamedTuple):
    """The last entry that is archived: of which ledger, its n, the chain's head after it, its place in the store's
    stream, and when it was written. An empty archive has n 0 and no epoch.

    Entries that were read in an earlier term of the ledger than `term` may be lost by now, and are not archived.
    """

    epoch: str = ""
    n: int = 0
    head: str = ""
    stream_id: str = ""
    at_ms: int = 0
    term: int = 0


def count_partitions(connection: Connection) -> int:
    """How many partitions the archive's ledger has, as far as it was begun."""
    return connection.scalar(select(func.count()).select_from(CURSORS)) or 1


def home_of(connection: Connection, person: str) -> int:
    """The partition of a person."""
    return partition_of(person, count_partitions(connection))


def home_of_account(connection: Connection, account: str) -> int:
    """The partition of a person's account; each partition has accounts of the platform, those of the first are told."""
    return home_of(connection, owner_of(account)) if is_stored(account) else 0


def read_cursor(connection: Connection, partition: int = 0, *, lock: bool = False) -> Cursor:
    """The cursor; with `lock`, nobody else moves it before the transaction ends."""
    query = select(*(CURSORS.c[name] for name in Cursor._fields)).where(CURSORS.c.partition == partition)
    if lock:
        # A row that is not there cannot be locked.
        connection.execute(text(BEGIN), {"partition": partition, **Cursor()._asdict()})
        query = query.with_for_update()
    row = connection.execute(query).one_or_none()
    return Cursor(*row) if row else Cursor()


def read_cursors(connection: Connection, partitions: int) -> list[Cursor]:
    """Those of so many partitions."""
    rows = connection.execute(select(CURSORS.c.partition, *(CURSORS.c[name] for name in Cursor._fields)))
    found = {k: Cursor(*cursor) for k, *cursor in rows}
    return [found.get(k, Cursor()) for k in range(partitions)]


def write_cursor(connection: Connection, cursor: Cursor, partition: int = 0) -> None:
    """Moves the cursor that was read with `lock`, in the transaction that writes what it stands for."""
    connection.execute(update(CURSORS).where(CURSORS.c.partition == partition).values(cursor._asdict()))


def epoch_archived(connection: Connection) -> str:
    """The ledger that the books are of; '' where nothing was archived yet."""
    epoch: str | None = connection.scalar(select(CURSORS.c.epoch).where(CURSORS.c.epoch != "").limit(1))
    return epoch or ""


def ledger_archived(connection: Connection) -> tuple[str, int]:
    """That ledger, and how many partitions it has; '' and 0 where nothing was archived yet."""
    return epoch_archived(connection), partitions_archived(connection)


def begin_cursors(connection: Connection, partitions: int) -> None:
    """Notes how many partitions the ledger has. Raises ConfigError where the archive's has another number."""
    found = partitions_archived(connection)
    if found not in (0, partitions):
        raise ConfigError(
            f"the archive has the books of a ledger of {found} partitions, not {partitions}: that is fixed when a "
            "ledger is born (FANFARE_PARTITIONS)"
        )
    connection.execute(delete(CURSORS).where(CURSORS.c.partition >= partitions))
    for partition in range(partitions):
        connection.execute(text(BEGIN), {"partition": partition, **Cursor()._asdict()})


def partitions_archived(connection: Connection) -> int:
    """How many partitions the ledger of the books has; 0 where nothing was archived yet."""
    last = connection.scalar(select(func.max(CURSORS.c.partition)).where(CURSORS.c.n > 0))
    known = connection.scalar(select(func.count()).select_from(CURSORS)) or 0
    return 0 if last is None else max(known, last + 1)


def begin_term(connection: Connection, term: int, partition: int = 0) -> Cursor:
    """From now on only entries are archived that were read in that term of the ledger, or later; the cursor.

    Whoever has read what the store has lost since comes too late with it.
    """
    cursor = read_cursor(connection, partition, lock=True)._replace(term=term)
    write_cursor(connection, cursor, partition)
    return cursor
