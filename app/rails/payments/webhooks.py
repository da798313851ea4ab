"""Signed webhooks in Stripe's form: the signature over the raw body, and what the event says of a purchase."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct, field

from app.base.errors import Refusal
from app.rules.purchases import Word

TOLERANCE_S = 300
SIGNATURES_MAX = 20


def sign(secret: str, body: bytes, at_s: int) -> str:
    """The value of the signature's header for a body that is sent at that time, in seconds since 1970."""
    return f"t={at_s},v1={_digest(secret, body, at_s)}"


def check_signature(secrets: Sequence[str], header: str, body: bytes, now_s: float) -> None:
    """Returns where one of the header's signatures is by one of the secrets, and no older than TOLERANCE_S.

    Raises:
        Refusal: `bad_signature`, with what is wrong.
    """
    if not any(secrets):
        raise Refusal("bad_signature", "No secret of this provider's webhooks is set here.")
    parts = [part.strip().partition("=") for part in header.split(",", SIGNATURES_MAX)]
    times = [value for name, _, value in parts if name == "t"]
    if len(times) != 1 or not times[0].isascii() or not times[0].isdigit() or len(times[0]) > 12:
        raise Refusal("bad_signature", "The signature's header has no time.")
    at_s = int(times[0])
    wanted = [_digest(secret, body, at_s).encode() for secret in secrets if secret]
    given = [value.encode() for name, _, value in parts if name == "v1"]
    if not any(hmac.compare_digest(one, other) for one in given for other in wanted):
        raise Refusal("bad_signature", "None of the signatures is right.")
    if abs(now_s - at_s) > TOLERANCE_S:
        raise Refusal("bad_signature", f"The signature is more than {TOLERANCE_S} seconds off.")


def _digest(secret: str, body: bytes, at_s: int) -> str:
    return hmac.new(secret.encode(), b"%d.%b" % (at_s, body), "sha256").hexdigest()


class _Object(Struct):
    """A checkout session, a charge or a dispute: the fields that matter here, of whichever has them."""

    id: str = ""
    client_reference_id: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    payment_intent: str | None = None
    payment_status: str | None = None
    status: str | None = None
    amount_total: int | None = None
    amount_refunded: int | None = None
    amount: int | None = None
    currency: str | None = None


class _Data(Struct):
    object: _Object


class _Event(Struct):
    id: str
    type: str
    data: _Data


def read_word(body: bytes) -> Word:
    """What a signed event says.

    Raises:
        Refusal: `bad_request`: it is no event.
    """
    try:
        event = msgspec.json.decode(body, type=_Event)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        raise Refusal("bad_request", f"The event cannot be read: {error}.") from None
    said = event.data.object
    named = said.client_reference_id or said.metadata.get("purchase")
    is_checkout = event.type.startswith("checkout.")
    amount = said.amount_total if is_checkout else said.amount_refunded
    return Word(
        type=event.type,
        id=event.id,
        object_id=said.id,
        purchase=named if isinstance(named, str) else "",
        payment=said.payment_intent or "",
        status=(said.payment_status if is_checkout else said.status) or "",
        amount=amount if amount is not None else said.amount or 0,
        currency=said.currency or "",
    )
