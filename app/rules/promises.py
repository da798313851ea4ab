"""A quote as it is given to a streamer: signed, so that it need not be stored until it is used."""

from __future__ import annotations

import jwt
import msgspec
from msgspec import Struct

from app.base.errors import Refusal
from app.rules.quotes import Quote

# Another audience than a person's token: neither is accepted as the other.
AUDIENCE = "fanfare-quote"
GOOD_MS = 5 * 60 * 1000


class Promise(Struct, frozen=True, kw_only=True):
    """What was promised to whom, and until when. `id` is used once."""

    id: str
    user: str
    milli: int
    card: str
    until_ms: int
    gross: int
    fee: int
    withholding: int
    net: int

    def is_that(self, quoted: Quote) -> bool:
        """Whether a quote comes to what was promised."""
        found = (quoted.gross.minor, quoted.service_fee.minor, quoted.withholding.minor, quoted.net.minor)
        return found == (self.gross, self.fee, self.withholding, self.net)


def promise(quoted: Quote, user: str, quote_id: str, now_ms: int) -> Promise:
    """The promise to pay so much for these diamonds."""
    return Promise(
        id=quote_id,
        user=user,
        milli=quoted.milli,
        card=quoted.card,
        until_ms=now_ms + GOOD_MS,
        gross=quoted.gross.minor,
        fee=quoted.service_fee.minor,
        withholding=quoted.withholding.minor,
        net=quoted.net.minor,
    )


def seal(secret: str, promised: Promise) -> str:
    """The promise as text."""
    return jwt.encode({"aud": AUDIENCE, **msgspec.to_builtins(promised)}, secret, algorithm="HS256")


def unseal(secret: str, text: str, user: str, now_ms: int) -> Promise:
    """The promise in a text.

    Raises:
        Refusal: `quote_expired`: it was not given here, or to another person, or is too old.
    """
    try:
        claims = jwt.decode(text, secret, algorithms=["HS256"], audience=AUDIENCE)
        found = msgspec.convert(claims, Promise)
    except (jwt.InvalidTokenError, msgspec.ValidationError, UnicodeError):
        raise Refusal("quote_expired", "This is no quote that was given here; ask for a new one.") from None
    if found.user != user:
        raise Refusal("quote_expired", "This is no quote that was given to you; ask for a new one.")
    if found.until_ms <= now_ms:
        raise Refusal("quote_expired", "This quote is too old; ask for a new one.", until_ms=found.until_ms)
    return found
