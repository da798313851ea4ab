"""What is asked for under an Idempotency-Key, and needs a guardian's word before it is done."""

from __future__ import annotations

from app.archive import approvals
from app.archive.archive import Connection
from app.base.errors import Refusal
from app.rules.approvals import HOLD_MS, About, Approval, Kind
from app.rules.gifts import fingerprint
from app.rules.spending import refusal_of


def asking(kind: Kind, user: str, key: str, mark: str, coins: int, about: About, now_ms: int) -> Approval:
    """What the guardian is asked. `key` names the wish, `mark` tells what was wished."""
    return Approval(
        id=f"{user}:{kind}:{fingerprint(key)}",
        ward=user,
        guardian="",
        kind=kind,
        coins=coins,
        about=about,
        asked_ms=now_ms,
        expires_ms=now_ms + HOLD_MS,
        mark=mark,
    )


def ask_first(connection: Connection, new: Approval) -> Approval | None:
    """What waits for the guardian's word; None where that was a yes, which is good for as long as a question waits.

    Raises:
        Refusal: `id_reused`: something else was asked for under the key; `limit_reached`: it was a no, or none came in
            time, or nobody can be asked.
    """
    asked = approvals.ask(connection, new)
    if asked is not None and asked.mark != new.mark:
        raise Refusal("id_reused")
    if asked is not None and asked.state == "asked" and new.asked_ms < asked.expires_ms:
        return asked
    if asked is None or asked.state != "approved" or new.asked_ms >= asked.decided_ms + HOLD_MS:
        raise refusal_of("guardian|0|0")
    return None
