"""What has lain in an outbox past its deadline: the archive says whether it arrived, and so it ends.

Nothing arrives any more after its deadline. Once the archive has all that its partition wrote until then, a gift that
it does not have was not delivered and never will be: the coins go back. Guests get theirs at any time.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress

from app.base.errors import Refusal, StoreError
from app.rules.crossings import Sent
from app.rules.entries import Entry
from app.rules.gift_steps import GiftDelivered, delivered_key
from app.rules.standing import SKEW_MS, Look
from app.store.crossings import DEADLINE_MS, Closing, Crossings
from app.store.gift_ways import closing
from app.store.standing import Standing

Ask = Callable[[int, Sequence[str]], Awaitable[tuple[int, Mapping[str, tuple[int, Entry]]]]]
"""Asks the archive for entries of a partition by their keys: up to which n it goes, and those it has, with their n."""


class LateGifts:
    """Ends what is late in all partitions' outboxes; two at once do no harm."""

    def __init__(self, steps: Sequence[Crossings], standings: Sequence[Standing], ask: Ask) -> None:
        self._steps = steps
        self._standings = standings
        self._ask = ask
        # Of each partition the latest look that the archive need not have come to yet.
        self._looks: dict[int, Look] = {}

    async def step(self, k: int) -> int:
        """Ends what is late in the outbox of one partition; how much.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: this partition cannot be used now.
            Refusal: `uninitialised`.
        """
        ended = 0
        async for lying in self._steps[k].lying(DEADLINE_MS):
            gifts, ends = [one for one in lying.sent if not one.is_guests], list[Closing]()
            for t in sorted({one.at for one in gifts}):
                # What is on its way to a partition that is away waits for that alone.
                with suppress(StoreError, Refusal):
                    ends += await self._ends(t, [one for one in gifts if one.at == t])
            if ends:
                await self._steps[k].close(ends)
            ended += len(ends)
        return ended

    async def _ends(self, t: int, sent: Sequence[Sent]) -> list[Closing]:
        """How those end that were on their way to partition t, as far as that is known."""
        # In this order: nothing that was past its deadline at a look is written behind the mark of that look.
        now = await self._standings[t].see()
        before = self._looks.get(t)
        if before is None or before.mark.term != now.mark.term:
            before = now
        keys = [delivered_key(one.sender, one.gift_id) for one in sent]
        n, found = await self._ask(t, keys)
        # Where gifts never pause, the archive never has all that there is now; but what there was at an earlier look.
        look = now if n >= now.mark.n else before
        self._looks[t] = now if n >= look.mark.n else before
        if n < look.mark.n:
            return []
        return [
            closing(one, _end(found.get(key)))
            for one, key in zip(sent, keys, strict=True)
            if one.deadline_ms + SKEW_MS < look.now_ms
        ]


def _end(found: tuple[int, Entry] | None) -> str:
    if found is None:
        return "X|unavailable"
    n, entry = found
    assert isinstance(entry, GiftDelivered)
    return f"D|{n}|{entry.offset}|{entry.streak or ''}|{entry.streak_count}"
