"""Writes the journal into the books: entries and postings, what is summed up from them, and how far it came.

It writes nothing that does not continue what is there: n dense, the chain unbroken, balances as the store noted them.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter

from sqlalchemy import Connection
from sqlalchemy.exc import IntegrityError

from app.archive import bulk
from app.archive.accounts import Accounts
from app.archive.cursor import Cursor, read_cursor, write_cursor
from app.archive.keys import short
from app.archive.schema import ENTRIES, POSTINGS
from app.archive.summary import HoldMs, Summary
from app.base.errors import BooksBroken
from app.rules.entries import Gift
from app.rules.gift_steps import GiftCredited, GiftDelivered
from app.rules.replay import Batch, Placed, Read, Replay


class Recorder:
    """The one who writes the books of a partition; another one at the same time does no harm, but costs time.

    Args:
        epoch: the ledger that belongs here.
        hold_ms: how long diamonds are pending that were earned by a rate card.

    Attributes:
        written: what the last call of `record` wrote; nothing where all of it had been there.
    """

    def __init__(self, epoch: str, hold_ms: HoldMs, partition: int = 0) -> None:
        self._epoch = epoch
        self._hold_ms = hold_ms
        self._partition = partition
        self._accounts = Accounts(partition)
        self._cursor: Cursor | None = None
        self.written: list[Read] = []

    def record(self, connection: Connection, placed: Sequence[Placed], term: int | None = None) -> Cursor:
        """Writes those of the batches that are not there yet; how far the books go now.

        None are written that were read in an earlier `term` of the ledger than the books ask for: read anew.

        Raises:
            BooksBroken: they do not continue the books; nothing may be written.
        """
        self.written = []
        cursor = read_cursor(connection, self._partition, lock=True)
        if cursor != self._cursor:
            self._accounts.forget()
        # Should it fail half-way, nothing of what is known then is true.
        self._cursor = None
        if cursor.epoch not in ("", self._epoch):
            raise BooksBroken(f"the archive has the books of ledger {cursor.epoch}, not of {self._epoch}")
        fresh = self._fresh(cursor, placed) if term is None or term >= cursor.term else ()
        if fresh:
            self._write(connection, cursor, [batch for _, batch in fresh])
            stream_id, last = fresh[-1]
            cursor = Cursor(self._epoch, last.first + last.count - 1, last.head, stream_id, last.at_ms, cursor.term)
            write_cursor(connection, cursor, self._partition)
        # Known before the commit. Should that fail, the cursor that is found next time is another one.
        self._cursor = cursor
        return cursor

    def _fresh(self, cursor: Cursor, placed: Sequence[Placed]) -> Sequence[Placed]:
        for i, (_, batch) in enumerate(placed):
            if batch.first > cursor.n:
                return placed[i:]
            last = batch.first + batch.count - 1
            if last > cursor.n or (last == cursor.n and batch.head != cursor.head):
                raise BooksBroken(f"the store has another entry {cursor.n} than the archive: the journal has forked")
        return ()

    def _write(self, connection: Connection, cursor: Cursor, batches: Sequence[Batch]) -> None:
        replay = Replay(cursor.n, cursor.head)
        read = [(batch, replay.read(batch)) for batch in batches]
        _refuse(replay)
        accounts = self._accounts
        units: dict[str, str] = {}
        noted, givers = set[str](), set[str]()
        for _, found in read:
            for one in found:
                for account, unit, _ in one.postings:
                    units[account] = unit
                if not isinstance(one.entry, Gift):
                    noted.update(one.accounts())
                    if isinstance(one.entry, GiftDelivered | GiftCredited) and not one.entry.anonymous:
                        givers.add(one.entry.sender)
        accounts.open(connection, units, givers)
        accounts.look_up(connection, noted)
        replay.balances = accounts.balances
        ids, summary = accounts.ids, Summary(accounts.ids, self._hold_ms, self._partition)
        postings: list[bulk.Row] = []
        for batch, found in read:
            for one in found:
                postings += [(ids[account], n, amount, left) for account, n, amount, left in replay.post(one)]
                summary.add(one, batch.at_ms)
        _refuse(replay)
        try:
            bulk.insert(connection, ENTRIES, [row for batch, found in read for row in self._entries(batch, found)])
        except (IntegrityError, connection.dialect.loaded_dbapi.IntegrityError):
            raise BooksBroken(f"behind n {cursor.n} an intent was applied that had been applied before") from None
        # In the order of the index: those of an account come in the order of their entries as it is.
        postings.sort(key=itemgetter(0))
        bulk.insert(connection, POSTINGS, postings)
        summary.write(connection)
        self.written = [one for _, found in read for one in found]

    def _entries(self, batch: Batch, found: Sequence[Read]) -> list[bulk.Row]:
        last = batch.first + batch.count - 1
        return [
            (
                *(self._partition, n, batch.at_ms, entry.kind, short(entry.key)),
                batch.head if n == last else None,
                line,
            )
            for (n, entry, _), line in zip(found, batch.payload.split("\n"), strict=True)
        ]


def _refuse(replay: Replay) -> None:
    if replay.problems:
        raise BooksBroken("; ".join(replay.problems[:3]))
