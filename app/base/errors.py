"""The one tree of errors, and the one table of slugs that clients see.

FanfareError
├── ConfigError        the settings are wrong; nothing was started
├── RailError          a payment provider does not answer, or cannot do it now; ask again with the same id
├── StoreError         the store cannot be used
│   ├── StoreRefused   it answered, with an error: nothing was run
│   └── UnknownOutcome the connection broke: the call may or may not have run; ask again with the same id
├── ArchiveError       the archive cannot be used now
│   └── BooksBroken    what is to be archived does not continue what is archived; an operator has to look
└── Refusal            a command or request is refused, with a slug
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any, NamedTuple


class FanfareError(Exception):
    """Any error of ours."""


class ConfigError(FanfareError):
    """The settings are wrong."""


class StoreError(FanfareError):
    """The store cannot be used."""


class StoreRefused(StoreError):
    """The store answered with an error; the call was not run."""


class UnknownOutcome(StoreError):
    """The connection broke while a call was under way: it may have run. Send it again with the same ids."""


class ArchiveError(FanfareError):
    """The archive cannot be used."""


class BooksBroken(ArchiveError):
    """The journal does not continue the archive's books: nothing is written, and an operator has to look."""


class RailError(FanfareError):
    """A payment provider does not answer, or cannot do it now. It may have done it: ask again with the same id."""


class Slug(NamedTuple):
    """What is said of an error: for people, for HTTP, and whether the same command may be sent again."""

    message: str
    status: int
    retryable: bool = False


SLUGS: dict[str, Slug] = {
    "bad_request": Slug("The request is not well formed.", 400),
    "unauthorized": Slug("A valid token is needed.", 401),
    "forbidden": Slug("This role may not do that.", 403),
    "rate_limited": Slug("Too many at once; slow down.", 429, True),
    "room_not_found": Slug("There is no such room.", 404),
    "room_not_live": Slug("The room is not live.", 409),
    "unknown_comment": Slug("There is no such comment in this room.", 404),
    "unknown_gift": Slug("There is no such gift.", 404),
    "gift_unavailable": Slug("This gift cannot be sent here now.", 409),
    "unknown_gift_send": Slug("Nobody gave that in this room, or it was too long ago.", 404),
    "no_shout_out": Slug("No words to be read out came with this gift.", 404),
    "voice_off": Slug("This server reads nothing out.", 409),
    "link_in_words": Slug("There is no place for links in these words.", 400),
    "bad_quantity": Slug("The quantity is a whole number from 1 to 999.", 400),
    "insufficient_coins": Slug("There are not enough coins in the wallet.", 402),
    "id_reused": Slug("This id was used for something else.", 409),
    "id_expired": Slug("This id is too old; nothing was spent with it now.", 409),
    "id_in_future": Slug("This id is from the future; set the clock by server_ms.", 400),
    "self_gift": Slug("Nobody can send a gift to themselves.", 409),
    "unknown_receiver": Slug("This person does not receive gifts in this room.", 404),
    "wallet_frozen": Slug("This wallet is frozen.", 403),
    "receiver_frozen": Slug("The receiver cannot take gifts now.", 403),
    "limit_reached": Slug("A spending limit is reached.", 409),
    "approval_needed": Slug("A guardian has to approve this first.", 403),
    "locked": Slug("A guardian has locked this account: nothing is bought or spent.", 403),
    "minor": Slug("Minors can do that here only with a guardian, if at all.", 403),
    "has_guardian": Slug("This person has a guardian already.", 409),
    "too_many_wards": Slug("A guardian answers for twenty people at most.", 409),
    "unknown_ward": Slug("This is not one of your wards.", 404),
    "unknown_approval": Slug("Nobody asks you for this.", 404),
    "code_expired": Slug("This code is wrong, used or too old; ask for a new one.", 409),
    "banned": Slug("You were removed from here and cannot take part.", 403),
    "muted": Slug("You are muted in this room.", 403),
    "comments_off": Slug("There are no comments in this room now.", 409),
    "word_not_allowed": Slug("There is a word in it that may not be said here.", 400),
    "comment_held": Slug("Your comment waits for a moderator.", 409),
    "too_many_kept_out": Slug("There is no more place in this room's list; end some first.", 409),
    "bad_goal": Slug("A goal is a whole number from 1 to 1 000 000 000 000.", 400),
    "goal_in_past": Slug("The end of a goal lies in the future.", 400),
    "bad_rule": Slug("A rule is for one gift, or for gifts from a price on, once each.", 400),
    "unknown_sound": Slug("There is no such sound.", 404),
    "template_unavailable": Slug("This gift cannot be shown in that way.", 409),
    "unknown_country": Slug("Coins have no price in this country.", 404),
    "unknown_package": Slug("There is no such package of coins here.", 404),
    "unknown_purchase": Slug("There is no such purchase.", 404),
    "switched_off": Slug("This is switched off for now.", 409),
    "unknown_switch": Slug("There is no such switch.", 404),
    "purchases_off": Slug("Coins cannot be bought here now.", 409),
    "bad_signature": Slug("The signature is missing, wrong or too old.", 400),
    "wallet_in_debt": Slug("This wallet owes coins; buy coins to pay them back.", 403),
    "not_refundable": Slug("This purchase cannot be given back.", 409),
    "below_minimum": Slug("This is less than can be paid out at once.", 409),
    "above_maximum": Slug("This is more than can be paid out in a day.", 409),
    "insufficient_diamonds": Slug("There are not enough diamonds available.", 409),
    "quote_expired": Slug("This quote is too old or was used; ask for a new one.", 409),
    "tax_profile_needed": Slug("A tax profile is needed first.", 409),
    "unknown_payout": Slug("There is no such payout.", 404),
    "too_late": Slug("This payout is past that step.", 409),
    "needs_second_person": Slug("Another person has to approve this.", 403),
    "unknown_adjustment": Slug("There is no such adjustment.", 404),
    "already_decided": Slug("This was decided already.", 409),
    "unknown_case": Slug("There is no such case.", 404),
    "not_promotable": Slug("The owner of this room lets nobody promote it.", 409),
    "bad_ticket": Slug("This ticket was not given to you, or is too old.", 400),
    "unknown_promotion": Slug("There is no such promotion.", 404),
    "uninitialised": Slug("The ledger is not the one that belongs here; an operator has to look.", 503, True),
    "overloaded": Slug("Too much is waiting; try again in a moment.", 503, True),
    "unavailable": Slug("This cannot be done now; try again in a moment.", 503, True),
    "unknown_outcome": Slug("It is not known whether this was done; send it again with the same id.", 503, True),
}

REASONS = {
    "away": "The store cannot be reached; try again in a moment.",
    "loading": "The store is still loading its data; try again in a moment.",
    "busy": "The store is busy with something else; try again in a moment.",
    "out_of_memory": "The store refuses writes: it is out of memory.",
    "read_only": "The store refuses writes: it is a read-only replica.",
    "no_replicas": "The store refuses writes: too few replicas follow it.",
    "disk": "The store refuses writes: it cannot write to its disk.",
    "denied": "The store refuses us: the password or the rights are not what it wants.",
    "refused": "The store refuses this; the server's log says why.",
    "archive": "The archive cannot be used; try again in a moment.",
    "lost_tail": "The store has lost gifts that were answered; an operator has to look before others are taken.",
    "full": "The ledger's totals are as high as they can be counted.",
}
"""Why something is `unavailable`: the word stands in the details as `reason`, the sentence is for people."""


# Some name what was sent, which may be long.
SENTENCE_MAX = 300


class Refusal(FanfareError):
    """A command or request is refused; `slug` is a key of SLUGS."""

    def __init__(self, slug: str, message: str | None = None, **details: Any) -> None:
        self.slug = slug
        self.message = (message or SLUGS[slug].message)[:SENTENCE_MAX]
        self.details = details
        super().__init__(f"{slug}: {self.message}")

    @property
    def retryable(self) -> bool:
        """Whether the same command, with the same id, may be sent again."""
        return SLUGS[self.slug].retryable


def unavailable(reason: str) -> Refusal:
    """The refusal `unavailable` that says why."""
    return Refusal("unavailable", REASONS[reason], reason=reason)


def refusal_of(text: str) -> Refusal:
    """The refusal that a text stands for: a slug, or `unavailable` with its reason behind a blank."""
    slug, _, reason = text.partition(" ")
    return unavailable(reason) if reason else Refusal(slug)


class CloseCode(IntEnum):
    """Why a socket is closed. 4000-4499: reconnect with backoff; 4500-4999: do not."""

    SHUTTING_DOWN = 4000
    SLOW_READER = 4001
    RESYNC_NEEDED = 4002
    PING_TIMEOUT = 4003
    OVERLOADED = 4004
    BAD_FRAME = 4500
    NO_HELLO = 4501
    UNAUTHORIZED = 4502
    REMOVED = 4503
    ROOM_NOT_FOUND = 4504
    TOO_MANY = 4505
    PROTOCOL_VERSION = 4506
