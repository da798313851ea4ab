"""What a ledger has lost, as the store notes it: an older copy was put back, a file was torn, a replica lagged."""

from __future__ import annotations

import msgspec

from app.base.errors import refusal_of
from app.rules.standing import Loss
from app.store.client import Store
from app.store.keys import Keys


class Losses:
    """The losses of a partition. All calls raise StoreError as Store.call does, and Refusal `uninitialised`."""

    def __init__(self, store: Store, epoch: str, keys: Keys) -> None:
        self._store = store
        self._keys = keys
        self._epoch = epoch

    async def note(self, loss: Loss, found_term: int, new_term: int, *, refuse: bool) -> bool:
        """Begins a new term, in which all rooms have new epochs; whether it was this call.

        Args:
            loss: what was lost.
            found_term: the store's term when that was found.
            new_term: greater than any that was seen.
            refuse: whether no value may be moved until the loss is accepted.
        """
        text = msgspec.json.encode(loss).decode()
        return await self._run("note_loss", found_term, new_term, text, "refuse" if refuse else "")

    async def accept(self, term: int, by: str, at_ms: int) -> bool:
        """Lets value be moved again after the loss that began this term, and all before; whether it was this call."""
        return await self._run("accept_loss", term, msgspec.json.encode({"by": by, "at_ms": at_ms}).decode())

    async def all(self) -> list[tuple[Loss, bool]]:
        """All that were noted, the oldest first, and whether each still waits to be accepted."""
        found = await self._store.call("HGETALL", self._keys.losses)
        noted = {int(term): text for term, text in found.items() if term.isdigit()}
        accepted = max((int(field.split()[0]) for field in found if not field.isdigit()), default=0)
        return [(msgspec.json.decode(noted[term], type=Loss), term > accepted) for term in sorted(noted)]

    async def accepted(self) -> list[Loss]:
        """The entries that are lost for good."""
        return [loss for loss, waits in await self.all() if not waits and loss.room is None]

    async def _run(self, name: str, *args: str | int) -> bool:
        answer: bytes = await self._store.run(name, [self._keys.totals, self._keys.losses], self._epoch, *args)
        if answer[:1] == b"R":
            raise refusal_of(answer[1:].decode())
        return answer == b"N"
