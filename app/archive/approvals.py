"""What wards ask their guardians, and what was decided: each is decided once."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec.structs import replace
from sqlalchemy import Connection, Index, RowMapping, String, Table, delete, func, select, update

from app.archive import bulk
from app.archive.guardians import link_of
from app.archive.schema import METADATA, key, long, text
from app.rules.approvals import ENDED, KEPT_MS, OPEN_MAX, About, Approval, State

# `about` is JSON.
APPROVALS = Table(
    "approvals",
    METADATA,
    *(key("id", String()), text("ward"), text("guardian"), text("kind"), long("coins"), text("about"), text("mark")),
    *(long("asked_ms"), long("expires_ms"), text("state"), long("decided_ms")),
    Index("approvals_guardian", "guardian", "asked_ms"),
    Index("approvals_ward", "ward", "state"),
    Index("approvals_state", "state", "expires_ms"),
)
LISTED_MAX = 100

_COLUMNS = APPROVALS.c
_encode = msgspec.json.Encoder().encode


def ask(connection: Connection, new: Approval) -> Approval | None:
    """Asks the ward's guardian, once for each id; what was asked before under it, as it stands now.

    None where there is nobody to ask, or so many wait already that no more do: then it is refused.
    """
    found = find(connection, new.id)
    if found is not None:
        return found
    guardian = whom_to_ask(connection, new.ward)
    if guardian is None:
        return None
    new = replace(new, guardian=guardian)
    return new if bulk.insert_new(connection, APPROVALS, _row(new)) else find(connection, new.id)


def whom_to_ask(connection: Connection, ward: str) -> str | None:
    """The guardian who may be asked one thing more; None where there is none, or so much waits already."""
    link = link_of(connection, ward)
    return None if link is None or _count_open(connection, ward) >= OPEN_MAX else link.guardian


def find(connection: Connection, approval_id: str) -> Approval | None:
    """One by its id."""
    found = connection.execute(select(APPROVALS).where(_COLUMNS.id == approval_id)).mappings().one_or_none()
    return None if found is None else _approval(found)


def listed(connection: Connection, guardian: str) -> list[Approval]:
    """The newest of what a guardian was asked, decided or not."""
    query = select(APPROVALS).where(_COLUMNS.guardian == guardian).order_by(_COLUMNS.asked_ms.desc(), _COLUMNS.id)
    return [_approval(row) for row in connection.execute(query.limit(LISTED_MAX)).mappings()]


def decide(connection: Connection, guardian: str, approval_id: str, approve: bool, now_ms: int) -> Approval | None:
    """Decides it if it still waits for that guardian: as it is then, whoever decided it. None where there is none."""
    state: State = "approved" if approve else "refused"
    is_it = (_COLUMNS.id == approval_id) & (_COLUMNS.guardian == guardian)
    waits = is_it & (_COLUMNS.state == "asked") & (_COLUMNS.expires_ms > now_ms)
    connection.execute(update(APPROVALS).where(waits).values(state=state, decided_ms=now_ms))
    found = connection.execute(select(APPROVALS).where(is_it)).mappings().one_or_none()
    return None if found is None else _approval(found)


def expire_due(connection: Connection, now_ms: int, limit: int = 500) -> list[Approval]:
    """Ends those whose time is over; those that ended now."""
    due = select(_COLUMNS.id).where(_COLUMNS.state == "asked", _COLUMNS.expires_ms <= now_ms).limit(limit)
    return _end(connection, _COLUMNS.id.in_(due.scalar_subquery()), "expired", now_ms)


def is_due(connection: Connection, now_ms: int) -> bool:
    """Whether the time of some that wait is over."""
    query = select(_COLUMNS.id).where(_COLUMNS.state == "asked", _COLUMNS.expires_ms <= now_ms)
    return connection.execute(query.limit(1)).first() is not None


def forget(connection: Connection, now_ms: int) -> None:
    """Forgets what was decided long ago."""
    # By name, as no index finds what is not in a state.
    over = _COLUMNS.state.in_(ENDED) & (_COLUMNS.expires_ms <= now_ms - KEPT_MS)
    connection.execute(delete(APPROVALS).where(over))


def refuse_open(connection: Connection, ward: str, now_ms: int) -> list[Approval]:
    """Refuses all that a ward waits for: nobody answers for it any more."""
    return _end(connection, _COLUMNS.ward == ward, "refused", now_ms)


def _end(connection: Connection, which: Any, state: State, now_ms: int) -> list[Approval]:
    ended = update(APPROVALS).where(which, _COLUMNS.state == "asked").values(state=state, decided_ms=now_ms)
    return [_approval(row) for row in connection.execute(ended.returning(*_COLUMNS)).mappings()]


def _count_open(connection: Connection, ward: str) -> int:
    query = select(func.count()).select_from(APPROVALS).where(_COLUMNS.ward == ward, _COLUMNS.state == "asked")
    return connection.scalar(query) or 0


def _row(approval: Approval) -> dict[str, Any]:
    row = {name: getattr(approval, name) for name in approval.__struct_fields__}
    return {**row, "about": _encode(approval.about).decode()}


def _approval(row: RowMapping) -> Approval:
    return Approval(**{**row, "about": msgspec.json.decode(row["about"], type=About)})
