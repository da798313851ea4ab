"""An operator switches purchases, gifts, payouts or one gift off or on; nothing slips by once it is answered."""

from __future__ import annotations

from app.actions.books.deliver import Delivery
from app.archive import audit_log, outbox, switches
from app.archive.archive import Archive, Connection
from app.base.ids import uuid7
from app.rules.audit_log import Act
from app.rules.entries import Freeze, Unfreeze
from app.rules.switches import Switch, SwitchRequest, store_name
from app.rules.texts import lines, seen


async def set_switch(
    archive: Archive, delivery: Delivery, name: str, request: SwitchRequest, by: str, now_ms: int
) -> Switch:
    """The switch afterwards.

    Purchases and payouts are judged in the archive's transactions. Gifts are judged by the store, with each gift: it is
    told by an entry of the journal, so that a store that is made again knows it too. Where the store cannot be told now
    it is told later, in the order in which it was decided.

    Raises:
        Refusal: `bad_request` for a blank reason; `uninitialised` or `unavailable`: the store was not told yet.
        StoreError, ArchiveError: it was not told yet, or not switched.
    """
    reason = seen("reason", lines(request.reason))
    switch = Switch(name=name, on=request.on, reason=reason, by=by, changed_ms=now_ms)
    await archive.write(_write_down, switch)
    if store_name(name) is not None:
        await delivery.deliver()
    return switch


def _write_down(connection: Connection, switch: Switch) -> None:
    switches.put(connection, switch)
    if (user := store_name(switch.name)) is not None:
        kind = Unfreeze if switch.on else Freeze
        entry = kind(id=f"sw_{uuid7(switch.changed_ms)}", user=user, reason=switch.reason, by=switch.by)
        outbox.put(connection, [entry], switch.changed_ms)
    what = "switch_on" if switch.on else "switch_off"
    audit_log.append(connection, Act(switch.by, what, switch.name, switch.reason), switch.changed_ms)
