"""Makes a partition of a store whole again from the archive: its ledger, as far as it is archived, and its rooms.

The store has no ledger there, or an older copy of this one, until the last step opens it. Until then a rebuild may be
ended anywhere, and begun again.
"""

from __future__ import annotations

import asyncio
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from msgspec import Struct, field
from msgspec.structs import replace

from app.actions.books.heal import hold_back
from app.actions.books.prove_archive import ArchiveProof, Progress, prove_archive
from app.actions.books.under_way import under_way
from app.archive import outbox, restore
from app.archive.accounts import last_account
from app.archive.archive import Archive
from app.archive.barred import barred_page
from app.archive.boards import left_page
from app.archive.cursor import Cursor, begin_term, partitions_archived, read_cursor
from app.archive.frozen import frozen_page
from app.archive.rooms import Kept, some_rooms
from app.archive.spending import bounds_page, come_of
from app.archive.statements import accounts_at, n_at
from app.base.errors import ArchiveError, BooksBroken, ConfigError, StoreError
from app.rules.figures import Figures, figures_of, totals_of
from app.rules.gift_steps import GiftPaid
from app.rules.partitions import partition
from app.rules.postings import is_stored
from app.rules.standing import SKEW_MS, Loss, Mark
from app.rules.zones import zone_at
from app.store.audit import Audit
from app.store.birth import open_partition
from app.store.client import Store
from app.store.crossings import DEADLINE_MS
from app.store.partitions import PLACE_KEPT_MS
from app.store.rebuilding import Older, Place, Rebuilding, RoomBack, ledger_in
from app.store.rooms import ENDED_KEPT_MS
from app.store.seen import RoomsSeen
from app.store.standing import Standing

ACCOUNTS_A_PAGE, GIFTS_A_PAGE, ROOMS_A_PAGE, FROZEN_A_PAGE, PEOPLE_A_PAGE = 5000, 2000, 500, 4000, 500
HOUR_MS = 3_600_000


class HasAll(StoreError):
    """The store has what the archive has."""


class IsAhead(BooksBroken):
    """The store has more than the archive."""


class Known(NamedTuple):
    """What was seen of the partition and of all rooms before, as the data folder knows it."""

    mark: Mark = Mark()
    rooms: RoomsSeen = {}  # noqa: RUF012  # nobody changes it


class RoomBeyond(Struct, frozen=True):
    """A room whose events were shown up to `shown`; the last gift in it that is archived is event `archived`."""

    room: str
    shown: int
    archived: int


class Rebuilt(Struct, kw_only=True):
    """What the store has now in a partition, and what is known to have been beyond the archive.

    Attributes:
        n: up to which entry it goes, `at_ms` when that was written.
        accounts: how many balances were written.
        answers: to how many gifts' ids the same is answered as before.
        under_way: how much is on its way to other partitions.
        replaced_n: how far the ledger went that it took the place of; None where there was none.
        seen_n: the last entry that anybody was told of, `missing` how many of them are lost.
        rooms_beyond: rooms of which more was shown than is archived.
        posted_again: entries by their keys that the store has lost and that are decided in the archive.
    """

    epoch: str
    n: int
    head: str
    at_ms: int
    partition: int = 0
    accounts: int = 0
    frozen: int = 0
    rooms: int = 0
    answers: int = 0
    under_way: int = 0
    replaced_n: int | None = None
    seen_n: int = 0
    seen_head: str = ""
    missing: int = 0
    rooms_beyond: list[RoomBeyond] = field(default_factory=list)
    posted_again: list[str] = field(default_factory=list)


class Prepared(NamedTuple):
    """A partition that was put together; `open` opens it, at once for all. Raises as `Rebuild.run`."""

    open: Callable[[], Awaitable[Rebuilt]]


class Rebuild:
    """One rebuild of one partition.

    Args:
        store: empty there, or with an older copy of the ledger where that is to be replaced.
        archive: has its tables.
        epoch: the ledger that belongs here; '' where nobody knows, and the archive's is taken.
        known: what was seen before.
        window_ms: for how long a gift's id is good.
        progress: told how far it is.
        by: who does it, for the record.
        part: which partition it is, and of how many.
    """

    def __init__(
        self,
        store: Store,
        archive: Archive,
        *,
        epoch: str,
        known: Known,
        window_ms: int,
        progress: Progress,
        by: str,
        part: tuple[int, int] = (0, 1),
    ) -> None:
        self._store = store
        self._archive = archive
        self._epoch = epoch
        self._known = known
        self._window_ms = window_ms
        self._progress = progress
        self._by = by
        self._k, self._partitions = part
        self._seen = known.mark.n, known.mark.head
        self._high_ms = self._shift_ms = 0

    async def run(self, *, replace: bool = False) -> Rebuilt:
        """Does it; `replace` puts it in the place of an older copy of the same ledger.

        Raises:
            ConfigError: the store has something that is no ledger.
            StoreError: the store has a ledger, cannot be reached, or was changed meanwhile.
            ArchiveError: the archive cannot be read, or has nothing.
            BooksBroken: the archive is another ledger's, its books are not in order, or the store has what it has not.
        """
        return await (await self.prepare(replace=replace)).open()

    async def prepare(self, *, replace: bool = False) -> Prepared:
        """All but the last step, which opens what was put together. Raises as `run` does."""
        cursor = await self._archive.read(read_cursor, self._k)
        if not await self._archive.read(partitions_archived):
            raise ArchiveError("the archive has no entries: there is nothing to rebuild from")
        epoch = self._epoch or cursor.epoch
        if cursor.epoch not in ("", epoch):
            raise BooksBroken(f"the archive has the books of ledger {cursor.epoch}, not of {epoch}")
        cursor = cursor._replace(epoch=epoch)
        older = await self._judge(cursor, replace)
        term = max(self._known.mark.term, older.term) + 1
        if (await self._archive.write(begin_term, term, self._k)).n != cursor.n:
            raise StoreError("the archive has just got entries that the store has lost since: run it again")
        rebuilt = Rebuilt(epoch=epoch, n=cursor.n, head=cursor.head, at_ms=cursor.at_ms, partition=self._k)
        if older.text:
            rebuilt.replaced_n = older.n
        rebuilding = Rebuilding(self._store, older, self._k)
        mark = self._known.mark
        self._high_ms = max(self._high_ms, cursor.at_ms, mark.time_ms)
        begun_ms = max(await rebuilding.begin() + self._shift_ms, self._high_ms)
        await self._prove()
        totals = totals_of(await self._balances(rebuilding, rebuilt))
        await self._people_and_answers(rebuilding, rebuilt, begun_ms)
        await self._rooms(rebuilding, rebuilt, begun_ms)
        if self._partitions > 1:
            await self._others(rebuilding, rebuilt, begun_ms)
        if self._seen[0] > cursor.n:
            rebuilt.seen_n, rebuilt.seen_head = self._seen
            rebuilt.missing = rebuilt.seen_n - cursor.n
        whole = self._whole(cursor, begun_ms) | totals

        async def open_now() -> Rebuilt:
            # Before the ledger opens: whoever dies in between has it done again.
            rebuilt.posted_again = await self._archive.write(outbox.post_again, self._k)
            await self._wait_until(begun_ms + SKEW_MS)
            by: dict[str, str | int] = {"by": self._by, "at_ms": begun_ms}
            await rebuilding.open(term, whole, _loss(rebuilt, begun_ms), by)
            return rebuilt

        return Prepared(open_now)

    def _whole(self, cursor: Cursor, begun_ms: int) -> dict[str, str | int]:
        # Whatever was answered and is not archived has an id of before: none of them is good any more.
        forgotten_ms = begun_ms + SKEW_MS
        return {
            "epoch": cursor.epoch,
            "partitions": self._partitions,
            "n": cursor.n,
            "h": cursor.head,
            "hw": self._high_ms,
            "archived": cursor.n,
            "keys_from": cursor.n + 1,
            "forgotten": forgotten_ms,
            # What has arrived here is known to the archive alone: whatever was paid before comes too late.
            "late": forgotten_ms + DEADLINE_MS,
        }

    async def _judge(self, cursor: Cursor, replace: bool) -> Older:
        """The ledger that is to be replaced, if any; while it is, it takes nothing."""
        older = await ledger_in(self._store, self._k)
        if not older.text:
            try:
                await open_partition(self._store, self._k, "", self._partitions)
            except ConfigError as error:
                raise ConfigError(f"{error}; a rebuild needs an empty store (FLUSHALL empties it)") from None
            return older
        if older.epoch != cursor.epoch:
            raise StoreError(f"the store has another ledger, {older.epoch}: name the right store, or empty it first")
        head = await self._archive.read(restore.head_at, older.n, self._k)
        if older.n > cursor.n or head != older.head:
            raise (IsAhead if older.n > cursor.n else BooksBroken)(
                f"the store's ledger goes to n {older.n}, with entries that the archive does not have (it goes to n "
                f"{cursor.n}): they would be lost; `fanfare ledger verify` says more"
            )
        if older.n == cursor.n:
            raise HasAll(f"the store has the ledger up to n {older.n}, as the archive has it: nothing to do")
        if not replace:
            raise StoreError(
                f"the store has a ledger up to n {older.n}, the archive goes on to n {cursor.n}: it has lost entries; "
                "`fanfare ledger rebuild --replace` puts the archive's in its place"
            )
        standing = Standing(self._store, cursor.epoch, partition=self._k)
        look = await hold_back(standing, cursor)
        for loss, waits in await standing.losses.all():
            # Whoever noted it knows of the store as it is now.
            if waits and loss.room is None:
                self._seen = max(self._seen, (loss.last, loss.seen_head))
        self._high_ms, self._shift_ms = look.high_ms, look.shift_ms
        return await ledger_in(self._store, self._k)

    async def _prove(self) -> None:
        proof = ArchiveProof(partition=self._k)
        await prove_archive(self._archive, proof, self._progress)
        if proof.replay.problems:
            raise BooksBroken(f"the archive is not in order: {'; '.join(proof.replay.problems[:3])}")

    async def _balances(self, rebuilding: Rebuilding, rebuilt: Rebuilt) -> Figures:
        """Writes all balances; what they come to."""
        figures, last, at = Figures(), await self._archive.read(last_account), 0
        while at < last:
            reached, page = await self._archive.read(accounts_at, rebuilt.n, at, ACCOUNTS_A_PAGE, self._k)
            if reached == at:
                # Those behind are of other partitions.
                break
            at = reached
            await rebuilding.balances(page)
            figures += figures_of(page)
            rebuilt.accounts += sum(map(is_stored, page))
            self._progress("accounts written", at, last)
        if figures.drift:
            raise BooksBroken(f"the archive's balances do not add up: {figures}")
        return figures

    async def _people_and_answers(self, rebuilding: Rebuilding, rebuilt: Rebuilt, now_ms: int) -> None:
        person = ""
        while frozen := await self._archive.read(frozen_page, person, FROZEN_A_PAGE, self._k):
            await rebuilding.freeze(frozen)
            rebuilt.frozen += len(frozen)
            person = frozen[-1]
        person = ""
        while left := await self._archive.read(left_page, person, FROZEN_A_PAGE):
            await rebuilding.leave_boards(left)
            person = left[-1]
        person = ""
        while barred := await self._archive.read(barred_page, person, PEOPLE_A_PAGE):
            await rebuilding.bar(barred)
            person = barred[-1][0]
        await self._limits(rebuilding, now_ms)
        # A gift is written up to `window` after its id was made, and its id may be made a little ahead of its time.
        first = at = await self._archive.read(n_at, now_ms - self._window_ms - 2 * SKEW_MS, self._k)
        while gifts := await self._archive.read(restore.some_answers, at, rebuilt.n, GIFTS_A_PAGE, self._k):
            await rebuilding.answers(gifts)
            # Of a gift in steps the last one ends it.
            rebuilt.answers += sum(not isinstance(gift, GiftPaid) for _, gift, _ in gifts)
            at = gifts[-1][0]
            self._progress("answers looked for", at - first, rebuilt.n - first)

    async def _limits(self, rebuilding: Rebuilding, now_ms: int) -> None:
        person = ""
        while page := await self._archive.read(bounds_page, person, PEOPLE_A_PAGE):
            people = []
            for person, bounds in page:
                if not self._has(person):
                    continue
                come, _ = await self._archive.read(come_of, person, bounds.tz, now_ms)
                people.append((person, bounds, come))
            await rebuilding.limits(people, {bounds.tz: zone_at(bounds.tz, now_ms) for _, bounds in page})

    async def _rooms(self, rebuilding: Rebuilding, rebuilt: Rebuilt, now_ms: int) -> None:
        seen, after = self._known.rooms, ""
        while kept := await self._archive.read(some_rooms, after, ROOMS_A_PAGE):
            after = kept[-1].lasting.room.id
            kept = [one for one in kept if one.lasting.partition == self._k]
            progress = await self._goals(kept, rebuilt.n)
            back = []
            for lasting, at_ms, gift_offset in kept:
                room = lasting.room
                shown = seen[room.id][1] if room.id in seen else 0
                if shown > gift_offset:
                    rebuilt.rooms_beyond.append(RoomBeyond(room.id, shown, gift_offset))
                if room.status == "live" or at_ms + ENDED_KEPT_MS > now_ms + HOUR_MS:
                    offset = max(shown, gift_offset)
                    if room.goal is not None and room.goal.since_n > rebuilt.n:
                        # The entries behind which it was set are lost, and their numbers are given anew.
                        room = replace(room, goal=replace(room.goal, since_n=rebuilt.n))
                    how = (lasting.overlay, lasting.moderation)
                    back.append(RoomBack(room, secrets.token_hex(6), offset, at_ms, progress[room.id], *how))
            await rebuilding.rooms(back)
            rebuilt.rooms += len(back)

    async def _goals(self, kept: Sequence[Kept], n: int) -> Counter[str]:
        """How far the goals of these rooms have come by the gifts that are archived."""
        goals = {one.lasting.room.id: goal for one in kept if (goal := one.lasting.room.goal) is not None}
        progress: Counter[str] = Counter()
        at = min((goal.since_n for goal in goals.values()), default=n)
        while gifts := await self._archive.read(restore.gifts_with_times, at, n, GIFTS_A_PAGE, self._k):
            at = gifts[-1][0]
            for gift_n, at_ms, gift in gifts:
                goal = goals.get(gift.room)
                if goal is not None and gift_n > goal.since_n:
                    progress[gift.room] += goal.counts(gift, at_ms)
        return progress

    async def _others(self, rebuilding: Rebuilding, rebuilt: Rebuilt, now_ms: int) -> None:
        """What is under way to other partitions, and in which of them rooms are."""
        async for sent in under_way(self._archive, rebuilt.n, self._k, self._partitions, now_ms):
            await rebuilding.under_way(sent)
            rebuilt.under_way += len(sent)
        after = ""
        while kept := await self._archive.read(some_rooms, after, ROOMS_A_PAGE):
            after = kept[-1].lasting.room.id
            await rebuilding.places(
                Place(one.lasting.room.id, one.lasting.partition, _until(one))
                for one in kept
                if self._has(one.lasting.room.id)
            )
        for other in range(self._partitions):
            # A room that was opened a moment ago is not in the archive yet.
            with suppress(StoreError):
                live = await Audit(self._store, other).live_rooms() if other != self._k else []
                await rebuilding.places(Place(room, other, None) for room in live if self._has(room))

    def _has(self, name: str) -> bool:
        """Whether a person or a room's name is of this partition."""
        return partition(name, self._partitions) == self._k

    async def _wait_until(self, ledger_ms: int) -> None:
        seconds, microseconds = await self._store.call("TIME")
        wait_ms = ledger_ms - self._shift_ms - int(seconds) * 1000 - int(microseconds) // 1000
        # Whatever the clocks say: no more than what was added to them.
        await asyncio.sleep(min(max(wait_ms, 0), SKEW_MS) / 1000)


def _until(kept: Kept) -> int | None:
    """When a room's place is forgotten; never while it is live."""
    return None if kept.lasting.room.status == "live" else kept.at_ms + PLACE_KEPT_MS


def _loss(rebuilt: Rebuilt, at_ms: int) -> Loss | None:
    if not rebuilt.missing:
        return None
    return Loss(
        at_ms=at_ms,
        first=rebuilt.n + 1,
        last=rebuilt.seen_n,
        seen_head=rebuilt.seen_head,
        found_n=rebuilt.n,
        found_head=rebuilt.head,
    )
