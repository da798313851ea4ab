"""The journal as the archiver uses it: read on from where it was, noted as archived, and trimmed behind that."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NamedTuple

from app.base.errors import Refusal
from app.rules.entries import decode
from app.rules.moves import Move
from app.rules.replay import Batch, Placed
from app.store.client import Store
from app.store.keys import Keys

# Stream entries a call: of a full batch each, some megabytes.
PAGE = 20
ENTRIES_A_READ = 5000
# More values a script cannot take apart.
KEYS_A_TRIM = 4000

Call = Callable[..., Awaitable[Any]]


class End(NamedTuple):
    """How far the journal goes: its last entry with the chain's head, and the last of which it is known that it is
    archived; the ledger's term.
    """

    n: int
    head: str
    archived: int
    term: int = 0


class Journal:
    """The journal of one partition of the ledger `epoch`. All calls raise StoreError as Store.call does.

    Where the store has another ledger or none, they raise Refusal `uninitialised`.
    """

    def __init__(self, store: Store, epoch: str, partition: int = 0) -> None:
        self.partition = partition
        self._store = store
        self._keys = Keys(partition)
        self._epoch = epoch

    async def end(self) -> End:
        """How far it goes."""
        fields = ("epoch", "n", "h", "archived", "term")
        epoch, n, head, archived, term = await self._store.call("HMGET", self._keys.totals, *fields)
        if epoch is None or epoch.decode() != self._epoch:
            raise Refusal("uninitialised")
        return End(int(n), head.decode(), int(archived or 0), int(term or 0))

    async def after(self, n: int, stream_id: str) -> list[Placed]:
        """The batches behind the entry n, some thousand entries at most; if n + 1 is gone, what is left.

        `stream_id` is where they are looked for first; they need not be behind it.
        """
        return await self._after(self._store.call, n, stream_id)

    async def kept_after(self, n: int, stream_id: str) -> list[Placed]:
        """The same, none that a failover could still take back."""
        return await self._after(self._store.call_kept, n, stream_id)

    async def note_archived(self, n: int) -> bool:
        """Notes that all up to the entry n is archived; False where the store has no such entry."""
        return await self._run("note_archived", [self._keys.totals], n)

    async def trim(self, up_to: int) -> int:
        """Drops batches that end at the entry `up_to` or before, some thousand entries at most, and the keys of their
        intents. How many entries were dropped; all of them must be archived.
        """
        dropped, names, last = 0, list[str](), ""
        oldest = await self._page(self._store.call, "-", 1)
        if not oldest or oldest[0][1].first + oldest[0][1].count - 1 > up_to:
            return 0
        for stream_id, batch in await self._page(self._store.call, "-"):
            if batch.first + batch.count - 1 > up_to or len(names) > KEYS_A_TRIM:
                break
            names += _keys_of(batch)
            dropped += batch.count
            last, kept = stream_id, batch.first + batch.count
        if last and await self._run("trim_journal", self._trimmed(), kept, _next_id(last), *names):
            return dropped
        return 0

    async def _after(self, call: Call, n: int, stream_id: str) -> list[Placed]:
        found = await self._page(call, f"({stream_id}") if stream_id else []
        if not found or found[0][1].first != n + 1:
            found = await self._seek(call, n)
        entries = sum(batch.count for _, batch in found)
        while found and entries < ENTRIES_A_READ and (page := await self._page(call, f"({found[-1][0]}")):
            found += page
            entries += sum(batch.count for _, batch in page)
        return found

    async def _seek(self, call: Call, n: int) -> list[Placed]:
        # Ids follow a clock, and after a rebuild they need not be greater than those from before it.
        start = "-"
        while page := await self._page(call, start):
            behind = [placed for placed in page if placed[1].first + placed[1].count - 1 > n]
            if behind:
                return behind
            start = f"({page[-1][0]}"
        return []

    async def _page(self, call: Call, start: str, size: int | None = None) -> list[Placed]:
        page = await call("XRANGE", self._keys.journal, start, "+", "COUNT", size or PAGE)
        return [
            (stream_id.decode(), read_batch(dict(zip(flat[::2], flat[1::2], strict=True)))) for stream_id, flat in page
        ]

    async def _run(self, name: str, keys: list[str], *args: Any) -> bool:
        result: bytes = await self._store.run(name, keys, self._epoch, *args)
        if result[:1] == b"R":
            raise Refusal(result[1:].decode())
        return result == b"N"

    def _trimmed(self) -> list[str]:
        return [self._keys.totals, self._keys.journal, self._keys.moves]


def read_batch(fields: Mapping[bytes, bytes]) -> Batch:
    """A batch from the fields of its stream entry."""
    number = {name: int(fields[name]) for name in (b"n", b"k", b"at")}
    return Batch(number[b"n"], number[b"k"], fields[b"h"].decode(), number[b"at"], fields[b"e"].decode())


def _keys_of(batch: Batch) -> Sequence[str]:
    # A gift's answer is kept by time, not by key.
    return [entry.key for entry in map(decode, batch.payload.split("\n")) if isinstance(entry, Move)]


def _next_id(stream_id: str) -> str:
    at_ms, _, number = stream_id.partition("-")
    return f"{at_ms}-{int(number) + 1}"
