"""What was proved of the books, and what the archive's own tables say that must agree with its entries."""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Collection, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import Connection, Integer, Table, delete, func, select

from app.archive import bulk
from app.archive.schema import ACCOUNTS, ENTRIES, MATURING, METADATA, POSTINGS, key, long, text
from app.rules.figures import Figures

KEPT = 10
# Whoever writes postings does not know what they will be added up to.
_SALT = secrets.randbits(60)

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


def print_of(n: int, amount: int, balance: int) -> int:
    """A posting's part of the sum by which an account's postings are compared."""
    # Doubled, as Python's -1 and -2 have one hash.
    return hash((_SALT, n, 2 * amount, 2 * balance))


def account_prints(
    connection: Connection, after: int, up_to: int, names: Collection[str], partition: int = 0
) -> Counter[str]:
    """For each of these accounts, the sum of the prints of its postings between two entries."""
    ids = select(ACCOUNTS.c.id, ACCOUNTS.c.name).where(ACCOUNTS.c.partition == partition)
    found = dict(bulk.matching(connection, ids, ACCOUNTS.c.name, names))
    rows = select(POSTINGS.c.account, POSTINGS.c.n, POSTINGS.c.amount, POSTINGS.c.balance)
    rows = rows.where(POSTINGS.c.n > after, POSTINGS.c.n <= up_to)
    prints: Counter[str] = Counter()
    for account, n, amount, balance in bulk.matching(connection, rows, POSTINGS.c.account, found):
        prints[found[account]] += print_of(n, amount, balance)
    return prints


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
