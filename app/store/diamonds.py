"""A streamer's diamonds as the ledger has them now."""

from __future__ import annotations

from dataclasses import dataclass

from app.base.errors import Refusal
from app.store.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Diamonds:
    """Milli-diamonds by their state, all at the journal's entry n = `version`.

    Attributes:
        owed: coins that the same person owes.
        frozen: nothing of theirs is paid out.
    """

    version: int
    pending: int
    available: int
    held: int
    owed: int
    frozen: bool


async def read_diamonds(ledger: Ledger, user: str) -> Diamonds:
    """The user's.

    Raises:
        Refusal: `uninitialised`.
        StoreError: as Store.call raises it.
    """
    keys = ledger.keys
    names = [keys.totals, keys.pending, keys.available, keys.held, keys.debt, keys.frozen]
    refused, *told = await ledger.store.run("read_diamonds", names, ledger.epoch, user)
    if refused:
        raise Refusal(refused.decode()[1:])
    version, pending, available, held, owed, frozen = map(int, told)
    return Diamonds(version, pending, available, held, owed, bool(frozen))
