"""What has lain in an outbox past its deadline: the archive says whether it arrived, and so it ends.

Nothing arrives any more after its deadline. Once the archive has all that its partition wrote until then, a gift that
it does not have was not delivered and never will be: the coins go back. A guest's diamonds get another deadline.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence

from app.rules.crossings import GUEST, Sent
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
            some = {name: one for name, one in lying.sent.items() if self._goes_to(name, one) == t}
            if some:
                ends += await self._ends(t, some)
        if ends:
            await self._steps[k].close(ends)
        return len(ends)

    async def _ends(self, t: int, sent: Mapping[bytes, Sent]) -> list[Closing]:
        """How those end that were on their way to partition t, as far as that is known."""
        # In this order: nothing that is past its deadline now is written behind the mark.
        look = await self._standings[t].see()
        past = {name: one for name, one in sent.items() if one.deadline_ms + SKEW_MS < look.now_ms}
        keys = {name: _key(name, one) for name, one in past.items()}
        n, found = await self._ask(t, list(keys.values()))
        if n < look.mark.n:
            return []
        return [closing(one.crossing, _end(name, found.get(keys[name]))) for name, one in past.items()]

    def _goes_to(self, name: bytes, one: Sent) -> int:
        if name.startswith(GUEST):
            return partition(one.crossing.gift.receiver, len(self._steps))
        return one.crossing.at


def _key(name: bytes, one: Sent) -> str:
    gift = one.crossing.gift
    return (credited_key if name.startswith(GUEST) else delivered_key)(gift.sender, gift.id)


def _end(name: bytes, found: tuple[int, Entry] | None) -> str:
    if name.startswith(GUEST):
        return "C" if found else "W"
    if found is None:
        return "X|unavailable"
    n, entry = found
    assert isinstance(entry, GiftDelivered)
    return f"D|{n}|{entry.offset}|{entry.streak or ''}|{entry.streak_count}|0"
