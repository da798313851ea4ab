"""An operator freezes a person, who then can neither send, receive nor be paid; or ends that."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from msgspec import Struct

from app.actions.books.deliver import Delivery
from app.archive import asked, audit_log, outbox
from app.archive.archive import Archive, Connection
from app.rules import audit_log as rules
from app.rules.adjustments import Reason
from app.rules.entries import Freeze, Unfreeze
from app.rules.rooms import UserId
from app.rules.texts import lines, seen
from app.store.moves import Moves, Posted


class FreezeRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/ops/freezes."""

    user: UserId
    reason: Reason


class FreezeView(Struct, frozen=True):
    """Whether a person is frozen now; `n` is the journal number of the entry that says so."""

    user: str
    frozen: bool
    reason: str
    n: int


class Act(NamedTuple):
    """Whom it concerns, why, who does it, and the key by which it is done once."""

    user: str
    reason: str
    by: str
    key: str


async def freeze_user(archive: Archive, delivery: Delivery, moves: Moves, act: Act, now_ms: int) -> Posted:
    """Freezes a person, at once and on every worker; before that, the audit log says so.

    Where a partition is away, the bookkeeper tells it later, in the order in which it was decided.

    Raises:
        Refusal: as `Moves.post_one` raises it, or `bad_request`.
        StoreError: not every partition was told yet.
        ArchiveError: it cannot be written down, and is not done.
    """
    return await _post(archive, delivery, moves, Freeze, act, now_ms)


async def unfreeze_user(archive: Archive, delivery: Delivery, moves: Moves, act: Act, now_ms: int) -> Posted:
    """Lets a person go on. Raises as `freeze_user` does."""
    return await _post(archive, delivery, moves, Unfreeze, act, now_ms)


async def _post(
    archive: Archive, delivery: Delivery, moves: Moves, kind: type[Freeze | Unfreeze], act: Act, now_ms: int
) -> Posted:
    entry = kind(id=f"{act.by}:{act.key}", user=act.user, reason=seen("reason", lines(act.reason)), by=act.by)
    is_new = await archive.write(_write_down, entry, act.key, now_ms)
    await delivery.deliver()
    # Once more, by the same key: its number.
    return replace(await moves.post_one(entry), duplicate=not is_new)


def _write_down(connection: Connection, entry: Freeze | Unfreeze, key: str, now_ms: int) -> bool:
    if asked.before(connection, entry.by, key, entry.kind, entry.user, entry.reason):
        return False
    outbox.put(connection, [entry], now_ms)
    audit_log.append(connection, rules.Act(entry.by, entry.kind, entry.user, entry.reason), now_ms)
    return True
