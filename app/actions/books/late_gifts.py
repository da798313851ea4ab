"""What has lain in an outbox past its deadline: the archive says whether it arrived, and so it ends.

Nothing arrives any more after its deadline. Once the archive has all that its partition wrote until then, a gift that
it does not have was not delivered and never will be: the coins go back. A guest's diamonds get another deadline.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.rules.crossings import Sent
from app.rules.entries import Entry
from app.rules.gift_steps import GiftDelivered, credited_key, delivered_key
from app.rules.standing import SKEW_MS
from app.store.crossings import DEADLINE_MS, Closing, Crossings
from app.store.gift_ways import TAKEN_AT_ONCE, closing
from app.store.keys import partition
from app.store.standing import Standing

Ask = Callable[[int, Sequence[str]], Awaitable[tuple[int, Mapping[str, tuple[int, Entry]]]]]
"""Asks the archive for entries of a partition by their keys: up to which n it goes, and those it has, with their n."""


class LateGifts:
    """Ends what is late in all partitions' outboxes; two at once do no harm."""

    def __init__(self, steps: Sequence[Crossings], standings: Sequence[Standing], ask: Ask) -> None:
        self._steps = steps
        self._standings = standings
        self._ask = ask

    async def step(self, k: int) -> int:
        """Ends what is late in the outbox of one partition; how much.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now.
            Refusal: `uninitialised`.
        """
        lying = await self._steps[k].lying(DEADLINE_MS, TAKEN_AT_ONCE)
        ends: list[Closing] = []
        for t in range(len(self._steps)):
            some = [one for one in lying.sent if self._goes_to(one) == t]
            if some:
                ends += await self._ends(t, some)
        if ends:
            await self._steps[k].close(ends)
        return len(ends)

    async def _ends(self, t: int, sent: Sequence[Sent]) -> list[Closing]:
        """How those end that were on their way to partition t, as far as that is known."""
        # In this order: nothing that is past its deadline now is written behind the mark.
        look = await self._standings[t].see()
        past = [one for one in sent if one.deadline_ms + SKEW_MS < look.now_ms]
        n, found = await self._ask(t, [_key(one) for one in past])
        if n < look.mark.n:
            return []
        return [closing(one, _end(one, found.get(_key(one)))) for one in past]

    def _goes_to(self, one: Sent) -> int:
        return partition(one.receiver, len(self._steps)) if one.is_guests else one.at


def _key(one: Sent) -> str:
    return (credited_key if one.is_guests else delivered_key)(one.sender, one.gift_id)


def _end(one: Sent, found: tuple[int, Entry] | None) -> str:
    if one.is_guests:
        return "C" if found else "W"
    if found is None:
        return "X|unavailable"
    n, entry = found
    assert isinstance(entry, GiftDelivered)
    return f"D|{n}|{entry.offset}|{entry.streak or ''}|{entry.streak_count}|0"
