"""Words before the whole room: thanks of the streamer, words on dear gifts that are read out; what words may be."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from app.base.errors import Refusal
from app.rules.rooms import Member, UserId
from app.rules.texts import one_line

WORDS_MAX = 120
Words = Annotated[str, Meta(max_length=WORDS_MAX)]
# An address that people could follow: a scheme, a path behind a host, or a host with one of the endings that are
# common. A full stop without a space behind it is none.
_ENDINGS = (
    "com net org info biz io co me tv gg ly to cc app dev xyz shop store live link site online club top vip pro fun "
    "icu us uk eu de fr es pt br it nl pl ru ua in jp kr cn au ca mx ar"
)
LINK = re.compile(
    r"[a-z][a-z0-9+.-]*://\S|\bwww\.\S|\b[a-z0-9-]+\.[a-z]{2,24}[/?#]\S|\b[a-z0-9-]{2,}\.(?:"
    + "|".join(_ENDINGS.split())
    + r")\b",
    re.IGNORECASE,
)


class ThanksRequest(Struct, frozen=True, kw_only=True):
    """The body of POST /v1/rooms/{id}/thanks: whom, or for which gift (its `gift_sent` has the id)."""

    user: UserId | None = None
    gift: Annotated[str, Meta(min_length=1, max_length=64)] | None = None
    text: Words | None = None


def has_link(text: str) -> bool:
    """Whether there is an address in it."""
    return LINK.search(text) is not None


def spoken_words(text: str) -> str:
    """Words that a whole room is shown, in one line.

    Raises:
        Refusal: `link_in_words`.
    """
    words = one_line(text)
    if has_link(words):
        raise Refusal("link_in_words")
    return words


def checked_thanks(thanks: ThanksRequest) -> str | UnsetType:
    """The words of thanks.

    Raises:
        Refusal: `bad_request` where neither a giver nor a gift is named, or `link_in_words`.
    """
    if thanks.user is None and thanks.gift is None:
        raise Refusal("bad_request", "Name whom you thank, or for which gift.")
    return spoken_words(thanks.text or "") or UNSET


Voice = Literal["en", "en-us", "es", "de", "pt", "pt-br", "fr", "it", "pl", "ja", "ar"]
Decision = Literal["approve", "skip", "replay"]


class ShoutOutSettings(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/rooms/{id}/shout-outs; what is left out is as it is at first.

    Attributes:
        approve: whether each is read out, and shown on the overlay, only when it was approved.
        volume: in percent, of the voice alone.
    """

    enabled: bool = True
    approve: bool = False
    voice: Voice = "en"
    volume: Annotated[int, Meta(ge=0, le=100)] = 80
    muted: bool = False


class ShoutOutsView(Struct, frozen=True, kw_only=True):
    """How a room's shout-outs are read out: words on gifts of `from_coins` and more, by whose voice."""

    settings: ShoutOutSettings
    from_coins: int
    voice_of: Literal["server", "browser"]


class ShoutOutDecided(Struct, frozen=True, kw_only=True, tag="shout_out_decided"):
    """What becomes of the words of a gift; said to overlays and to the streamer alone. Anonymous: no `sender`."""

    gift: Annotated[str, Meta(max_length=64)]
    decision: Decision
    sender: Member | None
    text: Words
