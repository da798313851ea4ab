"""Guardians are told what came into wards' wallets and left them, once the books have it."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence

from app.archive.archive import Archive
from app.archive.guardians import guardians_among, has_wards
from app.base.errors import FanfareError
from app.base.log import Throttle
from app.rules.entries import decode
from app.rules.guardian_news import Spent, guardians_sockets
from app.rules.postings import COINS, coins_of, owner_of
from app.rules.replay import Placed
from app.store.news import tell
from app.store.standing import Standing

log = logging.getLogger(__name__)
throttle = Throttle(log)


class GuardiansTold:
    """Tells guardians. What cannot be told now is told never: whoever comes reads it in the ward's statement."""

    def __init__(self, standing: Standing, archive: Archive) -> None:
        self._standing = standing
        self._archive = archive

    async def tell(self, placed: Sequence[Placed]) -> None:
        """Tells of all these entries that move a ward's coins. It fails nobody: the books are written."""
        try:
            # Where there are no wards, nobody reads the entries once more.
            if not await self._archive.read(has_wards):
                return
            moved = list(_moved(placed))
            guardians = await self._archive.read(guardians_among, {news.ward for news in moved})
            for news in moved:
                if (guardian := guardians.get(news.ward)) is not None:
                    await tell(self._standing, guardians_sockets(guardian), news)
        except FanfareError as error:
            throttle.say(logging.WARNING, "told", "guardians were not told: %s", error)


def _moved(placed: Sequence[Placed]) -> Iterator[Spent]:
    for _, batch in placed:
        for n, line in enumerate(batch.payload.split("\n"), batch.first):
            entry = decode(line)
            for account, unit, amount in entry.postings():
                if unit == COINS and account.startswith("viewer:") and account == coins_of(owner_of(account)):
                    yield Spent(owner_of(account), n, entry.kind, amount)
