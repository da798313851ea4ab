"""An operator gives coins to a person: so many a day alone, and more of them by an adjustment, which takes two."""

from __future__ import annotations

from app.actions.grant_coins import GrantRequest, grant_coins
from app.archive import asked, audit_log, granted
from app.archive.archive import Archive, Connection
from app.base.errors import Refusal
from app.rules.audit_log import Act
from app.rules.tables import DAY_MS
from app.rules.texts import lines, seen
from app.store.moves import Moves, Posted


async def give_coins(
    archive: Archive, moves: Moves, key: str, request: GrantRequest, by: str, most: int, now_ms: int
) -> Posted:
    """Gives the coins, once for each key; before that, the audit log says so.

    Args:
        archive: where the log is, and what each operator has given.
        moves: where it is posted.
        key: names the intent, as `grant_coins` has it.
        request: to whom, how many, and why.
        by: who grants, as rules/actors.py names them.
        most: so many coins may one operator give in a day (UTC).
        now_ms: milliseconds since 1970.

    Raises:
        Refusal: `needs_second_person`, or as `grant_coins` raises it.
        ArchiveError: it cannot be written down, and is not done.
    """
    await archive.write(_write_down, key, request, by, most, now_ms)
    return await grant_coins(moves, key, request, by)


def _write_down(connection: Connection, key: str, request: GrantRequest, by: str, most: int, now_ms: int) -> None:
    reason = seen("reason", lines(request.reason))
    if asked.before(connection, by, key, "grant", request.user, str(request.coins), reason):
        return
    given = granted.add(connection, by, now_ms // DAY_MS, request.coins)
    if given > most:
        left = max(0, most - given + request.coins)
        raise Refusal(
            "needs_second_person",
            f"You can give {left} more coins today by yourself; ask for an adjustment, which another person approves.",
            left=left,
        )
    audit_log.append(connection, Act(by, "grant", request.user, reason, f"{request.coins:+,} coins"), now_ms)
