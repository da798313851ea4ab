"""Looks once a second whether a gift could be written now, and now and then whether the store is set to keep it."""

from __future__ import annotations

import asyncio
import logging
import traceback
from collections.abc import Sequence

from app.base.errors import REASONS, SLUGS, Refusal, StoreError
from app.base.log import Throttle
from app.edge.troubles import Trouble, Troubles
from app.store.client import reason_of
from app.store.standing import Standing
from app.store.wanted import wrong_settings

LOOK_EVERY_S, LOOK_S = 1.0, 2.0
SETTINGS_EVERY = 5  # looks

log = logging.getLogger(__name__)
throttle = Throttle(log)


class Watch:
    """Keeps a worker's list of troubles up to date. The demo (`demo`) accepts a store that does not keep everything.

    `standings` are those of all partitions.
    """

    def __init__(self, standings: Sequence[Standing], troubles: Troubles, *, demo: bool) -> None:
        self._standings = standings
        self.troubles = troubles
        self._demo = demo
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins."""
        self._task = asyncio.create_task(self._watch())

    async def stop(self) -> None:
        """Ends."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def look(self) -> None:
        """Checks once whether a gift could be written, and notes the result in the troubles."""
        self.troubles.now("ledger", await self._ledger())

    async def look_at_settings(self) -> None:
        """Checks the store's settings once."""
        try:
            wrong = await wrong_settings(self._standings[0].store)
        except StoreError:
            # The store cannot be reached, which `look` reports, or it does not show its settings.
            return
        text = f"{'; '.join(map(str, wrong))}."
        self.troubles.now("settings", [Trouble("settings", text, stops=not self._demo)] if wrong else [])

    async def _watch(self) -> None:
        looks = 0
        while True:
            try:
                await self.look()
                if looks % SETTINGS_EVERY == 0:
                    await self.look_at_settings()
            except Exception:
                # A bug must not end the watch.
                throttle.say(logging.ERROR, "watch", "a look at the store failed:\n%s", traceback.format_exc())
            looks += 1
            await asyncio.sleep(LOOK_EVERY_S)

    async def _ledger(self) -> list[Trouble]:
        return of_all(await asyncio.gather(*map(_troubles_of, self._standings)))


def of_all(found: Sequence[Sequence[Trouble]]) -> list[Trouble]:
    """The troubles of a ledger, by those of each partition. What only some have stops no gifts in the others."""
    where: dict[str, list[tuple[int, Trouble]]] = {}
    for k, troubles in enumerate(found):
        for trouble in troubles:
            where.setdefault(trouble.reason, []).append((k, trouble))
    return [
        places[0][1] if len(places) == len(found) else _of_some([k for k, _ in places], places[0][1])
        for places in where.values()
    ]


def _of_some(partitions: Sequence[int], trouble: Trouble) -> Trouble:
    called = "partition" if len(partitions) == 1 else "partitions"
    return trouble._replace(text=f"In {called} {', '.join(map(str, partitions))}: {trouble.text}", stops=False)


async def _troubles_of(standing: Standing) -> list[Trouble]:
    try:
        async with asyncio.timeout(LOOK_S):
            look = await standing.see()
    except Refusal as refusal:
        return [Trouble(refusal.slug, SLUGS[refusal.slug].message)]
    except TimeoutError:
        return [Trouble("away", f"The store has not answered for {LOOK_S:g} s.")]
    except StoreError as error:
        reason = reason_of(error)
        return [Trouble(reason, f"{REASONS[reason].partition(';')[0].rstrip('.')} ({error}).")]
    found = []
    if look.lost_term:
        found.append(Trouble("lost_tail", f"{REASONS['lost_tail']} See `fanfare ledger accept-loss --dry-run`."))
    if (note := standing.clock_note()) is not None:
        found.append(Trouble("clock", note, stops=False, said=True))
    return found
