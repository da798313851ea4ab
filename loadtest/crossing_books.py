"""The books of gifts that cross: an archive in memory, and what must hold of all partitions in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeVar

from app.rules.entries import Entry, Gift
from app.rules.figures import figures_of, totals_of
from app.rules.gift_steps import GiftClosed, GiftCredited, GiftDelivered, GiftPaid, GiftReturned, GiftStep
from app.rules.replay import Replay
from app.store.audit import Audit
from app.store.client import Store
from app.store.journal import Journal
from app.store.keys import Keys

T = TypeVar("T", bound=GiftStep | GiftCredited)


class CrossingBooks:
    """What was archived of each partition."""

    def __init__(self, partitions: int) -> None:
        self.replays = [Replay() for _ in range(partitions)]
        self.entries: list[dict[str, tuple[int, Entry]]] = [{} for _ in range(partitions)]
        self.lines: list[dict[int, tuple[int, str]]] = [{} for _ in range(partitions)]

    def n(self, k: int) -> int:
        """Up to which entry it goes."""
        return self.replays[k].n

    def find(self, k: int, keys: Sequence[str]) -> Mapping[str, tuple[int, Entry]]:
        """The entries with these keys, each with its n."""
        return {key: self.entries[k][key] for key in keys if key in self.entries[k]}

    async def archive(self, journal: Journal, k: int) -> None:
        """Reads on."""
        replay = self.replays[k]
        for _, batch in await journal.after(replay.n, ""):
            if batch.first <= replay.n:
                continue
            read = replay.read(batch)
            replay.apply(read)
            self.entries[k].update({one.entry.key: (one.n, one.entry) for one in read})
            lines = enumerate(batch.payload.split("\n"), batch.first)
            self.lines[k].update({n: (batch.at_ms, line) for n, line in lines})
        assert not replay.problems, f"partition {k}: {replay.problems}"

    def all(self, kind: type[T]) -> dict[str, T]:
        """The entries of a kind, by the gift's id; each once, wherever."""
        everything = (entry for entries in self.entries for _, entry in entries.values())
        found: list[T] = [entry for entry in everything if isinstance(entry, kind)]
        by_id = {entry.id: entry for entry in found}
        assert len(by_id) == len(found), f"{kind.__name__} stands in the books twice"
        return by_id

    async def check(self, store: Store, ends: Mapping[str, str]) -> None:
        """Raises AssertionError where anything does not hold."""
        paid, delivered = self.all(GiftPaid), self.all(GiftDelivered)
        closed, returned, credited = self.all(GiftClosed), self.all(GiftReturned), self.all(GiftCredited)
        assert paid.keys() == closed.keys() | returned.keys(), "something is under way still"
        assert not closed.keys() & returned.keys(), "a gift was spent and given back"
        assert delivered.keys() == closed.keys(), "what was delivered is not what was spent"
        assert credited.keys() == {id for id, gift in delivered.items() if gift.elsewhere}, "guests got something else"
        for gift_id, end in ends.items():
            found = "A" if gift_id in closed else "X" if gift_id in returned else "I"
            assert found == end[0], f"{gift_id} was told to be {end}"
        for k in range(len(self.replays)):
            await self._check_partition(store, k)
        coins = sum(gift.coins for gift in (*closed.values(), *self.all(Gift).values()))
        minted = sum(
            figures.minted + figures.shared for figures in (figures_of(replay.balances) for replay in self.replays)
        )
        assert coins * 1000 == minted, "diamonds are not what was paid"

    async def _check_partition(self, store: Store, k: int) -> None:
        replay, keys, audit = self.replays[k], Keys(k), Audit(store, k)
        figures = figures_of(replay.balances)
        page = await audit.read(sorted({account.split(":")[1] for account in replay.balances if _is_kept(account)}))
        assert (page.n, page.head) == (replay.n, replay.head), f"partition {k} goes on from something else"
        assert (figures.drift, figures.escrow) == (0, 0), f"partition {k}: {figures}"
        assert page.totals == {"n": replay.n, **totals_of(figures)}, f"partition {k}: {page.totals} is not {figures}"
        for account, balance in page.accounts.items():
            assert balance == replay.balances[account], f"{account} has {balance}, not {replay.balances[account]}"
        assert not await store.call("EXISTS", keys.outbox), f"partition {k} has something in its outbox"
        offsets = Counter(
            (entry.room, entry.offset) for _, entry in self.entries[k].values() if isinstance(entry, GiftDelivered)
        )
        assert all(count == 1 for count in offsets.values()), "two gifts have one event"


def _is_kept(account: str) -> bool:
    return account.startswith(("viewer:", "streamer:"))
