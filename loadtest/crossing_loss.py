"""A partition loses its tail, and gets it back from the archive, while others go on."""

from __future__ import annotations

from collections.abc import Iterator

from app.base.ids import time_of
from app.rules.crossings import restored_credit, restored_payment
from app.rules.entries import Entry, Freeze, Unfreeze
from app.rules.figures import figures_of, totals_of
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid, GiftReturned
from app.rules.rooms import Room
from app.rules.standing import SKEW_MS, Mark
from app.store.client import Store
from app.store.crossings import DEADLINE_MS
from app.store.keys import Keys
from app.store.ledger import ID_BUCKET_MS
from app.store.rebuilding import Rebuilding, RoomBack, ledger_in
from app.store.seen import Seen
from app.store.standing import Standing
from loadtest.crossing_books import CrossingBooks

Copy = dict[bytes, bytes]
# More events than a room can have had since anything of it was archived.
EVENTS_MAX = 100


class SharedSeen(Seen):
    """What all workers have seen of a partition, as their data folder knows it."""

    def __init__(self) -> None:
        self._mark = Mark()

    def mark(self, partition: int = 0) -> Mark:
        """The latest."""
        return self._mark

    def note_mark(self, mark: Mark, partition: int = 0) -> None:
        """Keeps it."""
        self._mark = max(self._mark, mark)


async def copy_of(store: Store, k: int) -> Copy:
    """All that a partition has."""
    keys: list[bytes] = await store.call("KEYS", f"*{{p{k}}}*")
    return {key: await store.call("DUMP", key) for key in keys}


async def put_back(store: Store, k: int, copy: Copy) -> None:
    """The partition is as it was, but for its time."""
    shift = await store.call("HGET", Keys(k).totals, "shift")
    gone: list[bytes] = await store.call("KEYS", f"*{{p{k}}}*")
    await store.call("DEL", *gone)
    for key, value in copy.items():
        await store.call("RESTORE", key, 0, value)
    await store.call("HSET", Keys(k).totals, "shift", shift or 0)


class Healing:
    """Puts a partition together from its books, in the place of what it has."""

    def __init__(self, standing: Standing, books: CrossingBooks, k: int, room: Room) -> None:
        self._standing = standing
        self._books = books
        self._k = k
        self._room = room
        found = sorted(books.entries[k].values(), key=lambda one: one[0])
        self._entries: list[tuple[int, Entry]] = found

    async def run(self) -> None:
        """Raises StoreError or Refusal where it has to be done again."""
        look, store = await self._standing.see(), self._standing.store
        older, replay = await ledger_in(store, self._k), self._books.replays[self._k]
        if older.n >= replay.n:
            return
        rebuilding = Rebuilding(store, older, self._k)
        await rebuilding.begin()
        await rebuilding.balances(replay.balances)
        await rebuilding.freeze(sorted(self._frozen()))
        await rebuilding.answers(self._answers())
        await rebuilding.under_way(self._under_way(look.now_ms + DEADLINE_MS))
        offsets = [entry.offset for _, entry in self._entries if isinstance(entry, GiftDelivered)]
        await rebuilding.rooms([RoomBack(self._room, "healed", max(offsets, default=0) + EVENTS_MAX, look.now_ms)])
        good_ms = look.now_ms + SKEW_MS
        totals: dict[str, str | int] = {
            "epoch": self._standing.epoch,
            "partitions": len(self._books.replays),
            "n": replay.n,
            "h": replay.head,
            "hw": look.now_ms,
            "archived": replay.n,
            "keys_from": replay.n + 1,
            "forgotten": good_ms,
            # What has arrived here is known to the archive alone: whatever was paid before comes too late.
            "late": good_ms + DEADLINE_MS,
            **totals_of(figures_of(replay.balances)),
        }
        await rebuilding.open(max(look.mark.term, older.term) + 1, totals, None, {"by": "loadtest", "at_ms": good_ms})

    def _frozen(self) -> set[str]:
        frozen: set[str] = set()
        for _, entry in self._entries:
            if isinstance(entry, Freeze):
                frozen.add(entry.user)
            elif isinstance(entry, Unfreeze):
                frozen.discard(entry.user)
        return frozen

    def _answers(self) -> list[tuple[int, GiftPaid | GiftClosed | GiftReturned, str]]:
        latest: dict[str, tuple[int, GiftPaid | GiftClosed | GiftReturned, str]] = {}
        for n, entry in self._entries:
            if isinstance(entry, GiftPaid | GiftClosed | GiftReturned):
                latest[entry.id] = n, entry, self._books.lines[self._k][n][1]
        return list(latest.values())

    def _under_way(self, deadline_ms: int) -> Iterator[tuple[bytes, bytes]]:
        ended = {entry.id for _, entry in self._entries if isinstance(entry, GiftClosed | GiftReturned)}
        credited = self._books.all(GiftCredited)
        for n, entry in self._entries:
            at_ms, line = self._books.lines[self._k][n]
            if isinstance(entry, GiftPaid) and entry.id not in ended:
                yield restored_payment(n, entry, line, at_ms + DEADLINE_MS, time_of(entry.id) // ID_BUCKET_MS)
            elif isinstance(entry, GiftDelivered) and entry.elsewhere and entry.id not in credited:
                yield restored_credit(entry, line, deadline_ms, time_of(entry.id) // ID_BUCKET_MS, self._k)
