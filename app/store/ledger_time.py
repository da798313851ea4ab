"""The time that a ledger goes by: the store's clock, but not its jumps.

A jump is what no time that has passed here explains. It is made up for by a shift, which is kept in the store for all;
the ledger meets its clock again by running at half speed where it is ahead, and in one step where it is long behind.
"""

from __future__ import annotations

import logging

from app.base.clock import SteadyClock
from app.base.errors import refusal_of
from app.rules.standing import Look, new_shift_ms
from app.store.client import Store
from app.store.keys import Keys

# A clock that was set forward and stays there for so long is believed.
BELIEVED_AFTER_MS = 10 * 60 * 1000
# So much is what an answer takes, and no difference.
DRIFT_MS = 50

log = logging.getLogger(__name__)


class LedgerTime:
    """Holds the ledger's time against `clock`, which goes on from it whatever the store says."""

    def __init__(self, store: Store, epoch: str, clock: SteadyClock, keys: Keys) -> None:
        self.clock = clock
        self._store = store
        self._keys = keys
        self._epoch = epoch
        # How often the shift had been stepped when it was last looked at, and since when it stands.
        self._steps: int | None = None
        self._since_ms = 0

    def expected_ms(self) -> int | None:
        """The ledger's time now, None where it was never told."""
        return self.clock() if self.clock.is_told else None

    async def correct(self, look: Look, asked_ms: int | None) -> bool:
        """Makes up for a jump of the store's clock; False where there is none.

        Args:
            look: what the store says.
            asked_ms: `expected_ms` when it was asked.
        """
        now_ms = self.expected_ms()
        expected_ms = None
        # Where somebody else has stepped it meanwhile, that was judged a moment ago.
        if asked_ms is not None and now_ms is not None and self._steps == look.steps:
            expected_ms = asked_ms, now_ms
        shift_ms = new_shift_ms(look, expected_ms)
        if shift_ms is not None:
            told = _told(look, shift_ms)
        elif look.shift_ms < 0 and expected_ms and look.now_ms > self._since_ms + BELIEVED_AFTER_MS:
            shift_ms = 0
            told = (
                f"the store's clock has stood {-look.shift_ms / 1000:.0f} s ahead for long: the ledger follows it now"
            )
        else:
            return False
        if await self._run(look.steps, shift_ms):
            log.error("%s", told)
        return True

    async def take(self, look: Look) -> None:
        """A look at a ledger whose time is as it should be."""
        if self._steps != look.steps:
            self._steps, self._since_ms = look.steps, look.now_ms
        if not self.clock.is_told or abs(self.clock() - look.now_ms) > DRIFT_MS:
            self.clock.tell(look.now_ms)
        if look.shift_ms > 0:
            await self._run(look.steps, "meet")

    async def _run(self, steps: int, what: int | str) -> bool:
        answer: bytes = await self._store.run("shift_time", [self._keys.totals], self._epoch, steps, what)
        if answer[:1] == b"R":
            raise refusal_of(answer[1:].decode())
        return answer == b"N"


def clock_note(shift_ms: int) -> str | None:
    """How the store's clock stands to the ledger's time, for people; None where that is not worth a word."""
    if abs(shift_ms) < 1000:
        return None
    where = "ahead of" if shift_ms < 0 else "behind"
    return f"The store's clock jumped: it is {abs(shift_ms) / 1000:.0f} s {where} the time that the ledger goes by."


def _told(look: Look, shift_ms: int) -> str:
    jump_s = (look.shift_ms - shift_ms) / 1000
    if abs(shift_ms) < 1000:
        return f"the store's clock came back, by {jump_s:+.1f} s, to the time that the ledger goes by"
    how = (
        f"follows when the clock stays there for {BELIEVED_AFTER_MS // 60_000} minutes"
        if shift_ms < 0
        else "runs at half speed until the clock has caught up"
    )
    return f"the store's clock jumped by {jump_s:+.1f} s: the ledger's time goes on as before, and {how}"
