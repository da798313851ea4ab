"""Where a ledger stands as far as this process knows: the last entry that it was told of, and the ledger's time.

Every script that writes is told both, and is refused as stale where the store has less, or is at another time: a store
that has lost its tail, or whose clock has jumped, is found out before anything is written to it.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from app.base.clock import SteadyClock
from app.base.errors import ArchiveError, StoreError, StoreRefused, refusal_of
from app.rules.standing import Look, Loss, Mark, has_lost
from app.store.client import Arg, Store
from app.store.connection import Connection
from app.store.keys import Keys
from app.store.ledger_time import LedgerTime, clock_note
from app.store.losses import Losses
from app.store.seen import Seen

TRIES = 5
STALE = (b"Rstale", b"Xstale")
PAST_MAX = 60

log = logging.getLogger(__name__)


class Standing:
    """Where a partition of the ledger `epoch` stands, and the way to its scripts.

    Args:
        seen: keeps what was seen in the data folder; None for a process that keeps nothing.
        refuse: whether no value may be moved after a loss until somebody accepts it.
        archived: tells up to which entry the archive goes, and will go without what was read before a term; a loss of
            what it has is healed, never accepted.
        clock: goes on from the ledger's time.
    """

    def __init__(
        self,
        store: Store,
        epoch: str,
        seen: Seen | None = None,
        *,
        refuse: bool = True,
        archived: Callable[[int], Awaitable[int]] | None = None,
        clock: SteadyClock | None = None,
        partition: int = 0,
    ) -> None:
        self.store = store
        self.keys = Keys(partition)
        self.partition = partition
        self.epoch = epoch
        self.seen = seen
        self.mark = Mark()
        self._term = 0
        self.look: Look | None = None
        self.clock = clock or SteadyClock()
        self.losses = Losses(store, epoch, self.keys)
        self.on_renewed: Callable[[], None] = lambda: None
        """Told when a loss was noted, by whomever: all rooms have new epochs."""
        self._time = LedgerTime(store, epoch, self.clock, self.keys)
        self._refuse = refuse
        self._archived = archived
        self._past: deque[Mark] = deque(maxlen=PAST_MAX)
        self._looking: asyncio.Future[Look] | None = None
        # Behind another connection there may be another store, or the same with less in it.
        self._looked_through: Connection | None = None

    def claim(self) -> str:
        """What a script is told, for `open_ledger` in lib/ledger.lua."""
        mark = self.mark
        return f"{self.epoch} {mark.term} {mark.n} {mark.head or '-'} {self._time.expected_ms() or 0}"

    async def run(self, name: str, keys: list[str], *args: Arg) -> Any:
        """Runs a script that takes a claim first, after a look where it is not sure how the ledger stands.

        Raises:
            Refusal: `uninitialised`, at such a look.
            StoreError: as Store.call raises it.
        """
        for _ in range(TRIES):
            connection = self.store.connection_of(self.keys.totals)
            if connection is None or connection is not self._looked_through:
                await self.see()
                continue
            try:
                result = await self.store.run(name, keys, self.claim(), *args)
            except StoreError:
                # Whatever it is, another store may answer next.
                self._looked_through = None
                raise
            first = result[0] if isinstance(result, list) and result else result
            if first not in STALE:
                return result
            self._looked_through = None
        raise StoreRefused("STALE the ledger does not stand still")

    def note(self, mark: bytes) -> None:
        """Notes the mark of entries that were answered, as a script tells it; an empty one tells of none."""
        if mark:
            self._note(Mark.read(mark.decode()))

    def clock_note(self) -> str | None:
        """For people: how the store's clock stands to the ledger's time, where it has jumped."""
        return clock_note(self.look.shift_ms) if self.look is not None else None

    async def see(self) -> Look:
        """Looks how the ledger stands, and puts right what is wrong; all that ask meanwhile share one look.

        Raises:
            Refusal: `uninitialised`.
            StoreError: as Store.call raises it; also where the store would refuse an entry now.
        """
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._see())
            self._looking.add_done_callback(self._done)
        return await asyncio.shield(self._looking)

    async def note_lost_events(self, room: str, term: int, last: int, found: int) -> None:
        """A room's events up to `last` were shown in that term, and the store has others, or none, after `found`.

        Raises as `see` does.
        """
        look = await self.see()
        if look.mark.term == term:
            loss = Loss(at_ms=look.now_ms, room=room, first=found + 1, last=last)
            await self._note_loss(look, loss, refuse=False)
            await self.see()

    async def lost(self) -> Loss | None:
        """What the next look would note as lost. Raises as `see` does."""
        known = self.mark
        look = await self._ask(known)
        return await self._measure(known, look) if has_lost(known, look) else None

    async def accept_loss(self, by: str) -> None:
        """Lets value be moved again: what was lost up to now is lost. Raises as `see` does."""
        look = await self.see()
        if look.lost_term:
            await self.losses.accept(look.lost_term, by, look.now_ms)
            await self.see()

    def _done(self, looking: asyncio.Future[Look]) -> None:
        self._looking = None
        if not looking.cancelled():
            # Told to those who wait, who may all have gone.
            looking.exception()

    async def _see(self) -> Look:
        for _ in range(TRIES):
            connection = await self.store.open(self.keys.totals)
            self._catch_up()
            known, asked_ms = self.mark, self._time.expected_ms()
            look = await self._ask(known)
            if has_lost(known, look):
                await self._note_loss(look, await self._measure(known, look), refuse=True)
            elif look.lost_term and not self._refuse and not await self._is_archived_beyond(look):
                await self.losses.accept(look.lost_term, "FANFARE_LOST_TAIL=continue", look.now_ms)
            elif not await self._time.correct(look, asked_ms):
                await self._take(look)
                self._looked_through = connection
                return look
        raise StoreRefused("STALE the ledger does not stand still")

    async def _ask(self, known: Mark) -> Look:
        keys = [self.keys.totals, self.keys.journal]
        refused, *told = await self.store.run("look_at_ledger", keys, self.epoch, known.entry or "-")
        if refused:
            raise refusal_of(refused.decode()[1:])
        clock, shift, steps, high, term, n, head, last, archived, lost, then = (part.decode() for part in told)
        mark = Mark(int(term), int(n), head, last)
        return Look(int(clock), int(shift), int(steps), int(high), mark, int(archived), int(lost or 0), then)

    async def _take(self, look: Look) -> None:
        self.look = look
        self._note(look.mark)
        if not self._past or self._past[-1].n != look.mark.n:
            self._past.append(look.mark)
        await self._time.take(look)
        if self._term != look.mark.term:
            self._term = look.mark.term
            self.on_renewed()

    def _catch_up(self) -> None:
        """Knows what other processes were told of."""
        if self.seen is not None:
            self.mark = max(self.mark, self.seen.mark(self.partition))

    def _note(self, mark: Mark) -> None:
        if mark > self.mark:
            self.mark = mark
            if self.seen is not None:
                self.seen.note_mark(mark, self.partition)

    async def _measure(self, known: Mark, look: Look) -> Loss:
        """From where on the store has something else than was known."""
        same_n = look.mark.n
        if look.mark.n >= known.n:
            # Others have gone on with it: only what was seen a while ago can be told from what they wrote.
            same_n = 0
            for mark in reversed(self._past):
                if mark.term == known.term and mark.n < known.n and (await self._ask(mark)).head_then == mark.head:
                    same_n = mark.n
                    break
        return Loss(
            at_ms=look.now_ms,
            first=same_n + 1,
            last=known.n,
            seen_head=known.head,
            found_n=look.mark.n,
            found_head=look.mark.head,
        )

    async def _is_archived_beyond(self, look: Look) -> bool:
        """Whether the archive has entries that the store has lost, as far as anybody can tell."""
        if self._archived is None:
            return False
        try:
            return await self._archived(look.mark.term) > look.mark.n
        except ArchiveError:
            # It may have: asked again at the next look.
            return True

    async def _note_loss(self, look: Look, loss: Loss, *, refuse: bool) -> None:
        new_term = max(look.mark.term, self.mark.term) + 1
        if await self.losses.note(loss, look.mark.term, new_term, refuse=refuse):
            then = "no gifts are taken until `fanfare ledger accept-loss`"
            if not (refuse and self._refuse):
                then = "gifts go on from there, or from where the archive ends"
            log.error("the store has lost its tail: %s; all rooms begin anew, %s", loss, then)
