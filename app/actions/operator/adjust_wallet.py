"""Two operators correct a wallet: one asks with a reason, another one approves, and then it is posted."""

from __future__ import annotations

from typing import NamedTuple

import msgspec

from app.actions.books.deliver import Delivery, Told
from app.archive import adjustments, asked, audit_log, outbox
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.base.ids import uuid7
from app.rules.adjustments import Adjustment, AdjustmentRequest, approve, ask, entry, reject
from app.rules.audit_log import Act
from app.rules.entries import Adjustment as AdjustmentEntry
from app.rules.gifts import fingerprint
from app.rules.moves import Move
from app.rules.texts import lines, seen
from app.store.moves import Posted


class Asked(NamedTuple):
    """An adjustment, and whether the same was asked for before, by its key."""

    adjustment: Adjustment
    replayed: bool


async def ask_adjustment(archive: Archive, key: str, request: AdjustmentRequest, by: str, now_ms: int) -> Asked:
    """Writes down what is to be corrected, once for each key of the operator's.

    Raises:
        Refusal: `bad_request`, or `id_reused`.
    """
    request = msgspec.structs.replace(request, reason=seen("reason", lines(request.reason)))
    new = ask(f"a_{uuid7(now_ms)}", request, by, now_ms)
    return await archive.write(_once, new, f"{by}:{key}", fingerprint(*msgspec.structs.astuple(request)))


async def approve_adjustment(
    archive: Archive, delivery: Delivery, adjustment_id: str, second: str, now_ms: int, key: str | None = None
) -> Asked:
    """Agrees to an adjustment and posts it; what has become of it. The same person may call it again, with or without
    the `key` of the first time.

    Raises:
        Refusal: `unknown_adjustment`, `needs_second_person`, `already_decided`, `id_reused`; what the ledger refuses
            is told by the adjustment's status.
    """
    replayed = await archive.write(_approve, adjustment_id, second, now_ms, key)
    await delivery.deliver()
    return Asked(await archive.read(_known, adjustment_id), replayed)


async def reject_adjustment(
    archive: Archive, adjustment_id: str, second: str, why: str, now_ms: int, key: str | None = None
) -> Asked:
    """Ends an adjustment that waits. The same person may call it again, as `approve_adjustment`.

    Raises:
        Refusal: `unknown_adjustment`, `already_decided`, `id_reused`, `bad_request`.
    """
    return await archive.write(_reject, adjustment_id, second, seen("reason", lines(why)), now_ms, key)


def _once(connection: Connection, new: Adjustment, request: str, mark: str) -> Asked:
    if adjustments.insert(connection, new, request, mark):
        _log(connection, new.by, "ask_adjustment", new, new.reason, new.created_ms)
        return Asked(new, False)
    found = adjustments.find_by_request(connection, request)
    assert found is not None, "adjustments are never removed"
    adjustment, known_mark = found
    if known_mark != mark:
        raise Refusal("id_reused")
    return Asked(adjustment, True)


def _known(connection: Connection, adjustment_id: str, *, lock: bool = False) -> Adjustment:
    found = adjustments.find(connection, adjustment_id, lock=lock)
    if found is None:
        raise Refusal("unknown_adjustment")
    return found


def _approve(connection: Connection, adjustment_id: str, second: str, now_ms: int, key: str | None) -> bool:
    found = _known(connection, adjustment_id, lock=True)
    if asked.before(connection, second, key, "approve", adjustment_id):
        return True
    if found.second == second and found.status in ("approved", "applied", "refused"):
        # The same person asks again, since the first answer was lost.
        return True
    approved = approve(found, second, now_ms)
    adjustments.save(connection, approved)
    outbox.put(connection, [entry(approved)], now_ms)
    _log(connection, second, "approve_adjustment", approved, "", now_ms)
    return False


def _reject(connection: Connection, adjustment_id: str, second: str, why: str, now_ms: int, key: str | None) -> Asked:
    found = _known(connection, adjustment_id, lock=True)
    if asked.before(connection, second, key, "reject", adjustment_id, why):
        return Asked(found, True)
    if (found.status, found.second, found.why) == ("rejected", second, why):
        return Asked(found, True)
    rejected = reject(found, second, why, now_ms)
    adjustments.save(connection, rejected)
    _log(connection, second, "reject_adjustment", rejected, why, now_ms)
    return Asked(rejected, False)


def _log(connection: Connection, who: str, what: str, about: Adjustment, reason: str, now_ms: int) -> None:
    act = Act(who, what, about.user, reason, f"{about.id}: {about.coins:+,} coins")
    audit_log.append(connection, act, now_ms)


def _posted(connection: Connection, posted: AdjustmentEntry, result: Posted | Refusal, now_ms: int) -> None:
    found = adjustments.find(connection, posted.id, lock=True)
    if found is None or found.status != "approved":
        return
    if isinstance(result, Refusal):
        # The void entry was posted by an earlier delivery, which knew the reason: coins can only have been too few.
        why = "insufficient_coins" if result.slug == "id_reused" else result.slug
        changed = msgspec.structs.replace(found, status="refused", why=why)
    else:
        changed = msgspec.structs.replace(found, status="applied")
    adjustments.save(connection, changed)


ADJUSTMENTS_TOLD: dict[type[Move], Told] = {AdjustmentEntry: _posted}
"""Who writes down what became of an adjustment's entry."""
