"""A person is kept out of everything, or let in again; tokens are revoked. The archive keeps it, the store judges."""

from __future__ import annotations

from collections.abc import Callable

from app.archive.archive import Archive
from app.archive.barred import change_barred
from app.rules.audit_log import Act
from app.rules.barred import Barred
from app.rules.tokens import known_user_id
from app.store.barred import put_barred
from app.store.standing import Standing


async def bar_person(
    standing: Standing, archive: Archive, act: Act, change: Callable[[Barred], Barred], now_ms: int
) -> Barred:
    """Changes how far `act.whom` is kept out, from the next gift on and on every worker: what it is then.

    Raises:
        Refusal: `bad_request` where nobody can be called like that; `uninitialised`.
        ArchiveError: it cannot be written down, and is not done.
        StoreError: the store cannot be used now. It holds when it is asked for again.
    """
    user = known_user_id(act.whom)
    barred = await archive.write(change_barred, user, change, act, now_ms)
    await put_barred(standing, user, barred)
    return barred
