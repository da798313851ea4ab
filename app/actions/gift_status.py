"""What became of a gift send: a definite answer for every id, for ever."""

from __future__ import annotations

from app.archive.archive import Archive
from app.archive.entries import find_gift
from app.base.clock import Clock
from app.base.errors import Refusal
from app.base.ids import is_uuid7, time_of
from app.rules.entries import Gift
from app.rules.gifts import Applied, GiftSendStatus, Waiting, read_record, refusal_of_record
from app.rules.messages import Balance, StreakCount
from app.rules.money import diamonds_text
from app.store.ledger import Ledger

SKEW_MS = 10_000


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
        result = read_record(record)
        if isinstance(result, Applied):
            return _applied(gift_id, result)
        refusal = refusal_of_record(result, user, gift_id)
        if isinstance(result, Waiting):
            waits = clock() <= result.until_ms
            return GiftSendStatus(
                id=gift_id,
                status="pending" if waits else "never",
                error=refusal.slug if waits else None,
                details=refusal.details if waits else None,
            )
        return GiftSendStatus(id=gift_id, status="refused", error=refusal.slug, details=refusal.details or None)
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
    until_ms = id_ms + ledger.window_ms + SKEW_MS
    archived_ms, found = await archive.read(find_gift, user, gift_id)
    if found is None and archived_ms <= until_ms:
        found = await ledger.find_gift(user, gift_id, max(0, id_ms - SKEW_MS), until_ms)
    if found is None:
        # It may have left the journal for the archive in between.
        _, found = await archive.read(find_gift, user, gift_id)
    return _applied(gift_id, _from_entry(*found)) if found else GiftSendStatus(id=gift_id, status="never")


def _applied(gift_id: str, result: Applied) -> GiftSendStatus:
    return GiftSendStatus(
        id=gift_id,
        status="applied",
        n=result.n,
        coins=result.coins,
        diamonds=diamonds_text(result.streamer_milli),
        balance=Balance(result.coins_left, result.n),
        streak=StreakCount(result.streak_id, result.streak_count) if result.streak_id else None,
    )


def _from_entry(n: int, gift: Gift) -> Applied:
    return Applied(n, gift.coins_left, gift.coins, gift.streamer_milli, gift.streak or "", gift.streak_count)
