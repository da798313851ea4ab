"""A person is kept out of everything, or let in again; tokens are revoked. The archive keeps it, the store judges."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from msgspec.structs import replace

from app.archive.archive import Archive
from app.archive.barred import change_barred
from app.base.errors import Refusal
from app.rules.audit_log import Act
from app.rules.barred import TOKEN_ID_MAX, BanView, Barred, Revoked, with_all_revoked, with_one_revoked
from app.rules.tokens import known_user_id
from app.store.barred import put_barred
from app.store.partitions import Partitions


async def ban_person(
    partitions: Partitions, archive: Archive, user: str, by: str, reason: str, now_ms: int, *, banned: bool
) -> BanView:
    """Keeps somebody out of everything, or lets them in again. Raises as bar_person does."""
    act = Act(by, "ban" if banned else "unban", user, reason)
    await bar_person(partitions, archive, act, partial(_with_ban, banned), now_ms)
    return BanView(user, banned)


async def revoke_tokens(
    partitions: Partitions, archive: Archive, user: str, by: str, reason: str, now_ms: int
) -> Revoked:
    """Ends all tokens of a person that were issued up to now. Raises as bar_person does."""
    change = partial(with_all_revoked, now_s=now_ms / 1000)
    barred = await bar_person(partitions, archive, Act(by, "revoke_tokens", user, reason), change, now_ms)
    return Revoked(user, barred.before_ms, None)


async def revoke_token(
    partitions: Partitions,
    archive: Archive,
    user: str,
    token: str,
    by: str,
    reason: str,
    now_ms: int,
    life_max_s: float,
) -> Revoked:
    """Ends one token of a person, by its `jti`; `life_max_s` is how long a token may live.

    Raises:
        Refusal: `bad_request` for what is no token's id; else as bar_person does.
    """
    if not 1 <= len(token) <= TOKEN_ID_MAX:
        raise Refusal("bad_request", f"A token's id has 1 to {TOKEN_ID_MAX} characters.")
    change = partial(with_one_revoked, token=token, now_s=now_ms / 1000, life_max_s=life_max_s)
    await bar_person(partitions, archive, Act(by, "revoke_token", user, reason, token), change, now_ms)
    return Revoked(user, None, token)


async def bar_person(
    partitions: Partitions, archive: Archive, act: Act, change: Callable[[Barred], Barred], now_ms: int
) -> Barred:
    """Changes how far `act.whom` is kept out, from the next gift on and on every worker: what it is then.

    Raises:
        Refusal: `bad_request` where nobody can be called like that; `uninitialised`.
        ArchiveError: it cannot be written down, and is not done.
        StoreError: the store cannot be used now, or not in all of its partitions: whoever is given something is judged
            where the room is. It holds when it is asked for again.
    """
    user = known_user_id(act.whom)
    barred = await archive.write(change_barred, user, change, act, now_ms)
    await partitions.everywhere(lambda standing: put_barred(standing, user, barred))
    return barred


def _with_ban(banned: bool, barred: Barred) -> Barred:
    return replace(barred, banned=banned)
