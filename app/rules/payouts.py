"""The life of a payout: a pure decision for each step and each outcome, in any order and however often it comes.

Its diamonds are held before its rail is called. By the rail's outcome they are paid or available again, once each.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from app.base.errors import Refusal
from app.rules.actors import at_command_line, person_called
from app.rules.currencies import Money, money
from app.rules.entries import PayoutHold, PayoutPaid, PayoutReturned
from app.rules.moves import Move
from app.rules.quotes import Quote, Step
from app.rules.tax_profiles import TaxProfile
from app.rules.texts import one_line

Status = Literal["requested", "approved", "submitted", "paid", "returned", "failed", "rejected", "cancelled"]
OPEN: tuple[Status, ...] = ("requested", "approved", "submitted")
ENDED_UNPAID: tuple[Status, ...] = ("returned", "failed", "rejected", "cancelled")
WHY_MAX = 200
# Until a rail has come to an end it is asked again, less and less often.
ASK_FIRST_MS, ASK_MAX_MS = 1_000, 900_000


class Event(Struct, frozen=True):
    """When a payout came to a status, or was told something new in it, and why."""

    status: Status
    at_ms: int
    why: str


class Payout(Struct, frozen=True, kw_only=True):
    """A payout as the archive keeps it. Money in minor units: gross = fee + withholding + net.

    Attributes:
        quote: the id of the quote that it was asked for with; each is used once.
        country: the streamer's, by their tax profile; `name` and `form` are that profile's then.
        destination: as the rail checked it; `masked` is what may be shown of it.
        second: whether a second person has to approve it.
        by: who approved or rejected it, as actors.py names them; "" for no one.
        submitted_ms: when the rail was first asked to pay it; 0 before.
        reference: the rail's own name for it; "" until it has said one.
        batch: the file for the bank that it is in.
        due_ms: when something is to be done about it; 0: never, as things are. `tries` counts what was in vain.
        held_n, paid_n, back_n: the journal numbers of its entries; 0 before.
        paid_ms, back_ms: when it was paid, and when it came back after that.
    """

    id: str
    user: str
    status: Status
    quote: str
    milli: int
    gross: int
    fee: int
    withholding: int
    net: int
    remainder_micros: int
    currency: str
    country: str
    name: str
    form: str
    card: str
    tax_table: str
    rail: str
    destination: dict[str, str]
    masked: str
    steps: tuple[Step, ...]
    second: bool
    created_ms: int
    by: str = ""
    submitted_ms: int = 0
    reference: str = ""
    batch: str = ""
    due_ms: int = 0
    tries: int = 0
    held_n: int = 0
    paid_n: int = 0
    paid_ms: int = 0
    back_n: int = 0
    back_ms: int = 0
    history: tuple[Event, ...] = ()

    def money(self, minor: int) -> Money:
        """An amount of its currency."""
        return money(minor, self.currency)


class Wish(Struct, frozen=True, kw_only=True):
    """A payout that is asked for: by which quote, and on which rail where to."""

    id: str
    user: str
    quote: str
    rail: str
    destination: dict[str, str]
    masked: str


class Decision(Struct, frozen=True):
    """The payout afterwards, the entries to be posted for it, and what an operator has to look at, if anything."""

    payout: Payout
    entries: tuple[Move, ...] = ()
    alarm: str = ""


def ask(wish: Wish, quoted: Quote, profile: TaxProfile, approve_from: int, now_ms: int) -> Decision:
    """A new payout: its diamonds are to be held."""
    payout = Payout(
        id=wish.id,
        user=wish.user,
        status="requested",
        quote=wish.quote,
        milli=quoted.milli,
        gross=quoted.gross.minor,
        fee=quoted.service_fee.minor,
        withholding=quoted.withholding.minor,
        net=quoted.net.minor,
        remainder_micros=quoted.remainder_micros,
        currency=quoted.gross.currency,
        country=profile.country,
        name=profile.name,
        form=profile.form,
        card=quoted.card,
        tax_table=quoted.tax_table,
        rail=wish.rail,
        destination=wish.destination,
        masked=wish.masked,
        steps=quoted.steps,
        second=quoted.gross.minor >= approve_from,
        created_ms=now_ms,
        history=(Event("requested", now_ms, ""),),
    )
    return Decision(payout, (hold_of(payout),))


def hold_of(payout: Payout) -> PayoutHold:
    """The entry that holds its diamonds."""
    return PayoutHold(id=payout.id, user=payout.user, milli=payout.milli)


def hold_again(payout: Payout, now_ms: int) -> Decision:
    """The ledger has lost the hold of a payout that no rail was asked for yet: it is asked for anew."""
    if payout.status != "approved":
        return Decision(payout)
    asked = _become(payout, "requested", now_ms, "its diamonds are held again", held_n=0, by="")
    return Decision(asked, (hold_of(payout),), alarm="the ledger has lost its hold; the diamonds are held again")


def held(payout: Payout, n: int, now_ms: int) -> Payout:
    """Its diamonds are held; where no second person is needed, it is approved."""
    if payout.status != "requested" or payout.held_n:
        return payout
    payout = msgspec.structs.replace(payout, held_n=n)
    return payout if payout.second else _become(payout, "approved", now_ms, "", due_ms=now_ms)


def not_held(payout: Payout, why: str, now_ms: int) -> Payout:
    """The ledger refused the hold: the payout has failed."""
    if payout.status != "requested" or payout.held_n:
        return payout
    return _become(payout, "failed", now_ms, why)


def approve(payout: Payout, by: str, reason: str, now_ms: int) -> Decision:
    """Another person approves it; of one that was approved before, nothing changes.

    Raises:
        Refusal: `needs_second_person`, `too_late`, or `unavailable`: its diamonds are not held yet.
    """
    _check_second(payout, by)
    if payout.status in ("approved", "submitted", "paid"):
        return Decision(payout)
    _check_open(payout, ("requested",))
    return Decision(_become(payout, "approved", now_ms, reason, by=by, due_ms=now_ms))


def reject(payout: Payout, by: str, reason: str, now_ms: int) -> Decision:
    """Another person rejects it, and its diamonds are available again. Raises as `approve` does."""
    _check_second(payout, by)
    if payout.status == "rejected":
        return Decision(payout)
    _check_open(payout, ("requested", "approved"))
    return Decision(_become(payout, "rejected", now_ms, reason, by=by), (_returned(payout, "held", reason),))


def cancel(payout: Payout, now_ms: int) -> Decision:
    """The streamer takes it back. Raises Refusal as `approve` does."""
    if payout.status == "cancelled":
        return Decision(payout)
    _check_open(payout, ("requested", "approved"))
    return Decision(_become(payout, "cancelled", now_ms, ""), (_returned(payout, "held", "cancelled"),))


def submit(payout: Payout, now_ms: int) -> Payout:
    """It is about to be submitted to its rail: from now on it cannot be cancelled or rejected."""
    if payout.status != "approved":
        return payout
    return _become(payout, "submitted", now_ms, "", submitted_ms=now_ms, due_ms=now_ms)


def later(payout: Payout, now_ms: int) -> Payout:
    """There is no outcome yet: its rail is asked again later, after twice the wait each time."""
    wait_ms = min(ASK_FIRST_MS * 2 ** min(payout.tries, 20), ASK_MAX_MS)
    return msgspec.structs.replace(payout, due_ms=now_ms + wait_ms, tries=payout.tries + 1)


def at_once(payout: Payout, now_ms: int) -> Payout:
    """There may be a new outcome: its rail is asked now, for a paid one too, as it may have come back."""
    if payout.status not in ("submitted", "paid"):
        return payout
    return msgspec.structs.replace(payout, due_ms=now_ms, tries=0)


def hear(payout: Payout, status: str, reference: str, why: str, now_ms: int) -> Decision:
    """Its rail reports an outcome: `paid`, `pending`, `unclaimed`, `returned` or `failed`."""
    why = one_line(why)[:WHY_MAX]
    if payout.status not in ("submitted", "paid"):
        said = f"its rail says {status}, and it is {payout.status}"
        alarm = said if status == "paid" or payout.status in ("requested", "approved") else ""
        return Decision(payout, alarm=alarm)
    known = msgspec.structs.replace(payout, reference=reference or payout.reference)
    if status == "paid":
        if payout.status == "paid":
            return Decision(msgspec.structs.replace(known, due_ms=0))
        entry = PayoutPaid(**_amounts(payout))
        return Decision(_become(known, "paid", now_ms, "", paid_ms=now_ms), (entry,))
    if status in ("returned", "failed"):
        if payout.status == "paid":
            gone_back = _become(known, "returned", now_ms, why, back_ms=now_ms)
            return Decision(gone_back, (_returned(payout, "paid", why),))
        ended: Status = "returned" if status == "returned" else "failed"
        return Decision(_become(known, ended, now_ms, why), (_returned(payout, "held", why),))
    if payout.status == "paid":
        return Decision(msgspec.structs.replace(known, due_ms=0))
    if status == "unclaimed" and payout.history[-1].why != why:
        known = _noted(known, Event("submitted", now_ms, why))
    return Decision(later(known, now_ms))


def _check_second(payout: Payout, by: str) -> None:
    if by in (person_called(payout.user), at_command_line(payout.user)):
        raise Refusal("needs_second_person", "Nobody decides on a payout of their own.")


def _check_open(payout: Payout, before: tuple[Status, ...]) -> None:
    if payout.status not in before:
        raise Refusal("too_late", f"This payout is {payout.status} already.", status=payout.status)
    if not payout.held_n:
        raise Refusal("unavailable", "Its diamonds are not held yet; try again in a moment.")


def _become(payout: Payout, status: Status, now_ms: int, why: str, **changed: Any) -> Payout:
    moved = msgspec.structs.replace(payout, **{"status": status, "due_ms": 0, "tries": 0, **changed})
    return _noted(moved, Event(status, now_ms, why))


def _noted(payout: Payout, event: Event) -> Payout:
    event = msgspec.structs.replace(event, why=event.why[:WHY_MAX])
    return msgspec.structs.replace(payout, history=(*payout.history, event))


def _returned(payout: Payout, stage: Literal["held", "paid"], why: str) -> PayoutReturned:
    return PayoutReturned(**_amounts(payout), stage=stage, why=why[:WHY_MAX])


def _amounts(payout: Payout) -> dict[str, Any]:
    names = ("id", "user", "milli", "gross", "fee", "withholding", "net", "remainder_micros", "currency", "country")
    return {name: getattr(payout, name) for name in (*names, "rail", "card")}
