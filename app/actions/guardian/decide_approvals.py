"""A guardian is asked for a gift, a purchase or a promotion, and agrees or not; what is not decided in time is refused.

The archive decides, once. The store is told after it: a gift that was approved goes when it is sent once more, and
whoever sends it finds what was decided also where nobody came to tell.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress

from app.archive import approvals
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.approvals import Approval, gift_id_of
from app.rules.guardian_news import ApprovalAsked, ApprovalEnded, guardians_sockets
from app.rules.spending_views import ApprovalDecided
from app.store.news import tell
from app.store.partitions import Partitions
from app.store.spending import decide_gift


class Approvals:
    """What wards ask and guardians decide."""

    def __init__(self, partitions: Partitions, archive: Archive) -> None:
        self._partitions = partitions
        self._archive = archive

    async def ask(self, new: Approval) -> Approval | None:
        """Asks the guardian, who is told at once; None where it is refused, as nobody can be asked.

        A gift whose answer is known already has it in the store after this.

        Raises:
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now.
        """
        # Looked for first: what is sent again and again, or cannot be asked, writes nothing.
        found, may_ask = await self._archive.read(_before_asking, new)
        asked = await self._archive.write(approvals.ask, new) if may_ask else found
        if asked is None or asked.state != "asked":
            if new.kind == "gift":
                await self._settle(new.ward, gift_id_of(new), asked is not None and asked.state == "approved")
        elif found is None:
            await self.say_asked(asked)
        return asked

    async def say_asked(self, approval: Approval) -> None:
        """Tells the guardian's sockets that they are asked. Raises StoreError."""
        await tell(self._partitions.common.standing, guardians_sockets(approval.guardian), ApprovalAsked(approval.id))

    async def decide(self, guardian: str, approval_id: str, approve: bool) -> Approval:
        """The guardian's word, the same once more included.

        Raises:
            Refusal: `unknown_approval`; `already_decided`: otherwise, or its time is over.
            ArchiveError: the archive cannot be used now.
            StoreError: the store cannot be used now; said once more, the guardian's word is passed on.
        """
        now_ms = self._partitions.clock()
        found = await self._archive.write(approvals.decide, guardian, approval_id, approve, now_ms)
        if found is None:
            raise Refusal("unknown_approval")
        if found.state != ("approved" if approve else "refused"):
            raise Refusal("already_decided")
        await self._pass_on([found])
        return found

    async def expire(self) -> int:
        """Refuses what nobody has decided in time; how many. Raises ArchiveError and StoreError."""
        now_ms = self._partitions.clock()
        if not await self._archive.read(approvals.is_due, now_ms):
            return 0
        ended = await self._archive.write(approvals.expire_due, now_ms)
        await self._pass_on(ended)
        return len(ended)

    async def end_all(self, ended: Iterable[Approval]) -> None:
        """Passes on that these were refused, as their guardian has gone. Raises StoreError."""
        await self._pass_on(ended)

    async def _pass_on(self, decided: Iterable[Approval]) -> None:
        standing = self._partitions.common.standing
        for one in decided:
            approved = one.state == "approved"
            if one.kind == "gift":
                await self._settle(one.ward, gift_id_of(one), approved)
            await tell(standing, one.ward, ApprovalDecided(one.id, approved))
            await tell(standing, guardians_sockets(one.guardian), ApprovalEnded(one.id, one.state))

    async def _settle(self, ward: str, gift_id: str, approved: bool) -> None:
        with suppress(Refusal):
            # It was told before, or the store has forgotten the gift: then it is asked for anew, and finds the answer.
            await decide_gift(self._partitions.of(ward).standing, ward, gift_id, approved)


def _before_asking(connection: Connection, new: Approval) -> tuple[Approval | None, bool]:
    """What was asked before under its id, and whether it is to be asked now."""
    found = approvals.find(connection, new.id)
    return found, found is None and approvals.whom_to_ask(connection, new.ward) is not None
