"""Guardians are told what came into wards' wallets and left them, once the books have it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Iterator, Sequence

from app.archive.archive import Archive
from app.archive.guardians import guardians_among, has_wards
from app.base.errors import FanfareError
from app.base.log import Throttle
from app.rules.guardian_news import Spent, guardians_sockets
from app.rules.postings import COINS, coins_of, owner_of
from app.rules.replay import Read
from app.rules.statements import kind_of
from app.store.news import tell
from app.store.standing import Standing

# Of one ward at a time: who has been away for long is not told of a whole day, one by one.
TOLD_MAX = 20

log = logging.getLogger(__name__)
throttle = Throttle(log)


class GuardiansTold:
    """Tells guardians. What cannot be told now is told never: whoever comes reads it in the ward's statement."""

    def __init__(self, standing: Standing, archive: Archive) -> None:
        self._standing = standing
        self._archive = archive

    async def tell(self, written: Sequence[Read]) -> None:
        """Tells of the latest of these entries that move a ward's coins. It fails nobody: the books are written."""
        try:
            # Where there are no wards, nobody looks through the entries.
            if not await self._archive.read(has_wards):
                return
            moved: dict[str, deque[Spent]] = {}
            for news in _moved(written):
                moved.setdefault(news.ward, deque(maxlen=TOLD_MAX)).append(news)
            guardians = await self._archive.read(guardians_among, moved.keys())
            await asyncio.gather(
                *(
                    tell(self._standing, guardians_sockets(guardian), news)
                    for ward, guardian in guardians.items()
                    for news in moved[ward]
                )
            )
        except FanfareError as error:
            throttle.say(logging.WARNING, "told", "guardians were not told: %s", error)


def _moved(written: Sequence[Read]) -> Iterator[Spent]:
    for n, entry, postings in written:
        for account, unit, amount in postings:
            if unit == COINS and account.startswith("viewer:") and account == coins_of(owner_of(account)):
                yield Spent(owner_of(account), n, kind_of(entry), amount)
