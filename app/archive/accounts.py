"""The accounts that are being posted to: their ids in the archive, and their balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from sqlalchemy import Connection, func, select, text

from app.archive import bulk
from app.archive.cursor import count_partitions, home_of_account
from app.archive.schema import ACCOUNTS, POSTINGS
from app.rules.partitions import partition as partition_of
from app.rules.postings import COINS, coins_of

KNOWN_MAX = 100_000
# Two that open accounts at once would give them the same ids, or open the same one twice. SQLite has one writer.
ONE_OPENS = "LOCK TABLE accounts IN SHARE ROW EXCLUSIVE MODE"


def account_id(connection: Connection, name: str, partition: int | None = None) -> int | None:
    """The archive's id of an account, a person's where that is; None where nothing was ever posted to it."""
    k = home_of_account(connection, name) if partition is None else partition
    return connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.partition == k, ACCOUNTS.c.name == name))


def account_ids(connection: Connection, names: Collection[str], partition: int = 0) -> dict[str, int]:
    """The ids of those of these accounts that the archive has."""
    query = select(ACCOUNTS.c.name, ACCOUNTS.c.id).where(ACCOUNTS.c.partition == partition)
    return dict(bulk.matching(connection, query, ACCOUNTS.c.name, names))


class Accounts:
    """The accounts of one partition, and wallets of others, as far as they are known here.

    Attributes:
        ids: by name.
        balances: by name, after the last entry that was posted; those of this partition alone.
    """

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self.ids: dict[str, int] = {}
        self.balances: Counter[str] = Counter()

    def forget(self) -> None:
        """Forgets all: somebody else has posted meanwhile."""
        self.ids.clear()
        self.balances.clear()

    def open(self, connection: Connection, units: Mapping[str, str], people: Collection[str] = ()) -> None:
        """Makes these accounts (name -> unit) known; those that the archive does not have yet are made there.

        So are the ids of these people's wallets, wherever they are: a payment may be archived after its delivery.
        """
        partitions = count_partitions(connection) if people else 1
        wallets = {coins_of(person): partition_of(person, partitions) for person in people}
        elsewhere = {name: (k, COINS) for name, k in wallets.items() if k != self._partition}
        own = {**units, **dict.fromkeys(wallets.keys() - elsewhere.keys(), COINS)}
        if len(self.ids) > KNOWN_MAX:
            self._keep([*own, *elsewhere])
        missing = self.look_up(connection, own)
        self._find_ids(connection, {name: place for name, place in elsewhere.items() if name not in self.ids})
        new = {name: (self._partition, own[name]) for name in missing} | elsewhere
        self._open(connection, {name: place for name, place in new.items() if name not in self.ids})

    def look_up(self, connection: Connection, names: Iterable[str]) -> list[str]:
        """Makes those of these accounts known that the archive has; the ones that were not known before."""
        missing = [name for name in names if name not in self.ids]
        for part in bulk.parts(missing):
            self._find(connection, part)
        return missing

    def _open(self, connection: Connection, new: Mapping[str, tuple[int, str]]) -> None:
        """Opens accounts by their names: in which partition, and in which unit."""
        if not new:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(text(ONE_OPENS))
            # Whoever was before us may have opened some.
            self._find_ids(connection, new)
        last = last_account(connection)
        unopened = [(partition, name, unit) for name, (partition, unit) in new.items() if name not in self.ids]
        rows = [(last + i, *row) for i, row in enumerate(unopened, 1)]
        self.ids.update((name, account) for account, _, name, _ in rows)
        bulk.insert(connection, ACCOUNTS, rows)

    def _find_ids(self, connection: Connection, where: Mapping[str, tuple[int, str]]) -> None:
        for k in sorted({partition for partition, _ in where.values()}):
            names = [name for name, (partition, _) in where.items() if partition == k]
            self.ids.update(account_ids(connection, names, k))

    def _find(self, connection: Connection, names: Iterable[str]) -> None:
        latest = select(POSTINGS.c.balance).where(POSTINGS.c.account == ACCOUNTS.c.id)
        latest = latest.order_by(POSTINGS.c.n.desc()).limit(1)
        query = select(ACCOUNTS.c.name, ACCOUNTS.c.id, latest.scalar_subquery())
        query = query.where(ACCOUNTS.c.partition == self._partition, ACCOUNTS.c.name.in_(names))
        for name, account, balance in connection.execute(query):
            self.ids[name], self.balances[name] = account, balance or 0

    def _keep(self, wanted: Iterable[str]) -> None:
        kept = {name: (self.ids[name], self.balances[name]) for name in wanted if name in self.ids}
        self.forget()
        for name, (account, balance) in kept.items():
            self.ids[name], self.balances[name] = account, balance


def last_account(connection: Connection) -> int:
    """The last account's id: so many there are."""
    return connection.scalar(select(func.max(ACCOUNTS.c.id))) or 0
