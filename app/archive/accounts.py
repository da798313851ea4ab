"""The accounts that are being posted to: their ids in the archive, and their balances."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, func, select

from app.archive import bulk
from app.archive.schema import ACCOUNTS, POSTINGS

KNOWN_MAX = 100_000


def account_id(connection: Connection, name: str, partition: int = 0) -> int | None:
    """The archive's id of an account; None where nothing was ever posted to it."""
    return connection.scalar(select(ACCOUNTS.c.id).where(ACCOUNTS.c.partition == partition, ACCOUNTS.c.name == name))


class Accounts:
    """The accounts of one partition, as far as they are known here.

    Attributes:
        ids: by name.
        balances: by name, after the last entry that was posted.
    """

    def __init__(self, partition: int) -> None:
        self._partition = partition
        self.ids: dict[str, int] = {}
        self.balances: Counter[str] = Counter()

    def forget(self) -> None:
        """Forgets all: somebody else has posted meanwhile."""
        self.ids.clear()
        self.balances.clear()

    def open(self, connection: Connection, units: Mapping[str, str]) -> None:
        """Makes these accounts (name -> unit) known; those that the archive does not have yet are made there."""
        if len(self.ids) > KNOWN_MAX:
            self._keep(units)
        missing = self.look_up(connection, units)
        new = [name for name in missing if name not in self.ids]
        if new:
            last = last_account(connection)
            self.ids.update((name, last + i) for i, name in enumerate(new, 1))
            bulk.insert(connection, ACCOUNTS, [(self.ids[name], self._partition, name, units[name]) for name in new])

    def look_up(self, connection: Connection, names: Iterable[str]) -> list[str]:
        """Makes those of these accounts known that the archive has; the ones that were not known before."""
        missing = [name for name in names if name not in self.ids]
        for part in bulk.parts(missing):
            self._find(connection, part)
        return missing

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
