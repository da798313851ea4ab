"""What was proved of the books, and what the archive's own tables say that must agree with its entries."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, Table, delete, func, select

from app.archive import bulk
from app.archive.schema import ACCOUNTS, ENTRIES, MATURING, METADATA, POSTINGS, key, long, text
from app.rules.figures import Figures

KEPT = 10

# The latest proofs: up to which entry, with the chain's head there, and the figures, as JSON.
PROOFS = Table(
    "proofs",
    METADATA,
    *(key("partition", Integer()), key("n"), text("head"), long("at_ms"), text("figures")),
    sqlite_with_rowid=False,
)


class Proved(NamedTuple):
    """The books were proved up to the entry n, after which the chain has that head, and these were the figures."""

    n: int
    head: str
    at_ms: int
    figures: Figures


def latest_proof(connection: Connection, partition: int = 0) -> Proved | None:
    """The last proof whose entry the archive has, with that head; None where a proof has to begin at the beginning."""
    query = (
        select(PROOFS.c.n, PROOFS.c.head, PROOFS.c.at_ms, PROOFS.c.figures)
        .join(ENTRIES, (ENTRIES.c.partition == PROOFS.c.partition) & (ENTRIES.c.n == PROOFS.c.n))
        .where(PROOFS.c.partition == partition, ENTRIES.c.head == PROOFS.c.head)
        .order_by(PROOFS.c.n.desc())
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return Proved(row.n, row.head, row.at_ms, msgspec.json.decode(row.figures, type=Figures)) if row else None


def note_proof(connection: Connection, proved: Proved, partition: int = 0) -> None:
    """Notes a proof, and forgets all but the latest."""
    here = PROOFS.c.partition == partition
    connection.execute(delete(PROOFS).where(here, PROOFS.c.n >= proved.n))
    values = proved._asdict() | {"figures": msgspec.json.encode(proved.figures).decode(), "partition": partition}
    # Another auditor may be noting the same.
    bulk.insert_new(connection, PROOFS, values)
    oldest = select(PROOFS.c.n).where(here).order_by(PROOFS.c.n.desc()).limit(1).offset(KEPT - 1).scalar_subquery()
    connection.execute(delete(PROOFS).where(here, PROOFS.c.n < oldest))


def some_postings(
    connection: Connection, after: int, up_to: int, accounts: Collection[int]
) -> list[tuple[int, int, int, int]]:
    """The postings of these accounts between two entries: account, n, amount, and the balance after it."""
    query = select(POSTINGS.c.account, POSTINGS.c.n, POSTINGS.c.amount, POSTINGS.c.balance)
    query = query.where(POSTINGS.c.n > after, POSTINGS.c.n <= up_to)
    return bulk.matching(connection, query, POSTINGS.c.account, accounts)


def postings_count(connection: Connection, up_to: int, partition: int = 0) -> int:
    """How many postings there are up to an entry."""
    query = select(func.count()).select_from(POSTINGS).join(ACCOUNTS, ACCOUNTS.c.id == POSTINGS.c.account)
    return connection.scalar(query.where(ACCOUNTS.c.partition == partition, POSTINGS.c.n <= up_to)) or 0


def maturing_sums(
    connection: Connection, names: Collection[str] | None = None, partition: int = 0
) -> Mapping[str, int]:
    """What matures of each streamer's, by the account of their pending diamonds; of these accounts or of all."""
    query = select(ACCOUNTS.c.name, func.sum(MATURING.c.milli)).join(MATURING, MATURING.c.streamer == ACCOUNTS.c.id)
    query = query.where(ACCOUNTS.c.partition == partition).group_by(ACCOUNTS.c.name)
    if names is None:
        return {name: int(milli) for name, milli in connection.execute(query)}
    found: dict[str, int] = {}
    for part in bulk.parts(names):
        rows = connection.execute(query.where(ACCOUNTS.c.name.in_(part)))
        found.update((name, int(milli)) for name, milli in rows)
    return found
