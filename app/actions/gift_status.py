"""What became of a gift send: a definite answer for every id, for ever."""

from __future__ import annotations

from typing import Literal

from app.archive.archive import Archive
from app.archive.entries import find_gift
from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import is_uuid7, time_of
from app.rules.crossings import GiftEntry, record_of
from app.rules.gift_steps import GiftPaid
from app.rules.gifts import Applied, GiftSendStatus, Unapplied, UnderWay, Waiting, read_record, refusal_of_record
from app.rules.messages import Balance, StreakCount
from app.rules.money import diamonds_text
from app.store.ledger import Ledger

SKEW_MS = 10_000
EVER_MS = 2**48


async def gift_status(ledger: Ledger, user: str, gift_id: str, clock: Clock) -> GiftSendStatus | None:
    """The status of the user's gift send with that id, or None where only the books know: see `old_gift_status`.

    The clock is asked last: whatever it says, an id whose answer is stored, or may be forgotten, has it still.

    Raises:
        Refusal: `bad_request` (no UUIDv7), `uninitialised`.
    """
    if not is_uuid7(gift_id):
        raise Refusal("bad_request", "The id is not a UUIDv7 in lower case.")
    id_ms = time_of(gift_id)
    record, forgotten_ms = await ledger.stored_result(user, gift_id, id_ms)
    if record is not None:
        return _status(user, gift_id, read_record(record), clock)
    if id_ms < forgotten_ms:
        return None
    is_good = clock() <= id_ms + ledger.window_ms + SKEW_MS
    return GiftSendStatus(id=gift_id, status="pending" if is_good else "never")


async def old_gift_status(ledger: Ledger, archive: Archive, user: str, gift_id: str) -> GiftSendStatus:
    """The status of a gift send whose record has run out, from the archive, or the part of the journal it has not yet.

    That may cost the store up to some tenths of a second in all: to be asked for with care.

    Raises:
        ArchiveError: the archive cannot be used now.
    """
    id_ms = time_of(gift_id)
    from_ms, until_ms = max(0, id_ms - SKEW_MS), id_ms + ledger.window_ms + SKEW_MS
    k = ledger.standing.partition
    archived_ms, found = await archive.read(find_gift, user, gift_id, k)
    if found is None and archived_ms <= until_ms:
        found = await ledger.find_gift(user, gift_id, from_ms, until_ms)
    if _is_under_way(found):
        # Its end may have come much later.
        found = await ledger.find_gift(user, gift_id, max(from_ms, archived_ms - SKEW_MS), EVER_MS) or found
    if found is None or _is_under_way(found):
        # It may have left the journal for the archive in between.
        _, archived = await archive.read(find_gift, user, gift_id, k)
        found = archived or found
    if found is None:
        return GiftSendStatus(id=gift_id, status="never")
    return _status(user, gift_id, read_record(record_of(*found)), ledger.standing.clock)


def _is_under_way(found: tuple[int, GiftEntry] | None) -> bool:
    return found is not None and isinstance(found[1], GiftPaid)


def _status(user: str, gift_id: str, result: Applied | UnderWay | Unapplied, clock: Clock) -> GiftSendStatus:
    if isinstance(result, Applied):
        return GiftSendStatus(
            id=gift_id,
            status="applied",
            n=result.n,
            coins=result.coins,
            diamonds=diamonds_text(result.streamer_milli),
            balance=Balance(result.coins_left, result.n),
            streak=StreakCount(result.streak_id, result.streak_count) if result.streak_id else None,
        )
    if isinstance(result, UnderWay):
        return GiftSendStatus(id=gift_id, status="pending")
    if isinstance(result, Waiting) and clock() > result.until_ms:
        return GiftSendStatus(id=gift_id, status="never")
    refusal = refusal_of_record(result, user, gift_id)
    status: Literal["pending", "refused"] = "pending" if isinstance(result, Waiting) else "refused"
    return GiftSendStatus(id=gift_id, status=status, error=refusal.slug, details=refusal.details or None)
