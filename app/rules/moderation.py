"""How a room is kept in order: what its streamer and moderators may decide, and what becomes of words by it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from app.base.errors import Refusal
from app.rules.adjustments import Reason
from app.rules.commands import SendComment, SendGift
from app.rules.rooms import Room, is_streamer
from app.rules.shout_outs import has_link
from app.rules.tokens import Person
from app.rules.words import Words, checked_words, words_of

MUTE_MAX_S, SLOW_MAX_S = 30 * 86_400, 3600
WORDS_MAX, HELD_MAX, PEOPLE_MAX, REMOVED_MAX = 200, 100, 2000, 500
# For appeals.
TEXT_KEPT_MS = 30 * 86_400_000
# Comments of one person that may wait, of those of the room.
HELD_OF_ONE = 3

Links = Literal["allow", "hold", "refuse"]
OwnWord = Annotated[str, Meta(min_length=1, max_length=40)]
OwnWords = Annotated[tuple[OwnWord, ...], Meta(max_length=WORDS_MAX)]
SlowS = Annotated[int, Meta(ge=0, le=SLOW_MAX_S)]


class ModerationSettings(Struct, frozen=True, kw_only=True):
    """How a room is moderated.

    Attributes:
        slow_s: so long a person waits between two comments; 0 for no time.
        words: what nobody may say here, beside what nobody may say anywhere while `common_words` is on.
        links: what becomes of comments with links.
        comments: whether there are any.
        muted_may_gift: whether people who are muted may send gifts, without words.
    """

    slow_s: SlowS = 0
    words: OwnWords = ()
    common_words: bool = True
    links: Links = "allow"
    comments: bool = True
    muted_may_gift: bool = False


class ModerationChange(Struct, frozen=True, kw_only=True):
    """The body of PATCH /v1/rooms/{id}/moderation: what is to change."""

    slow_s: SlowS | UnsetType = UNSET
    words: OwnWords | UnsetType = UNSET
    common_words: bool | UnsetType = UNSET
    links: Links | UnsetType = UNSET
    comments: bool | UnsetType = UNSET
    muted_may_gift: bool | UnsetType = UNSET

    def values(self) -> dict[str, Any]:
        """What is set. Raises Refusal `bad_request` for words that are none."""
        found = {name: getattr(self, name) for name in self.__struct_fields__}
        found = {name: value for name, value in found.items() if value is not UNSET}
        if "words" in found:
            found["words"] = checked_words(found["words"])
        return found


class MuteRequest(Struct, frozen=True, kw_only=True):
    """The body of PUT /v1/rooms/{id}/mutes/{user}."""

    seconds: Annotated[int, Meta(ge=1, le=MUTE_MAX_S)]
    reason: Reason


class MuteView(Struct, frozen=True):
    """Until when somebody is muted; null where they are not."""

    user: str
    until_ms: int | None


class RoomBanView(Struct, frozen=True):
    """Whether somebody is kept out of a room."""

    user: str
    banned: bool


class HeldComment(Struct, frozen=True, kw_only=True):
    """A comment that waits for a moderator."""

    id: str
    at_ms: int
    sender: Any
    text: str


class ModerationView(Struct, frozen=True, kw_only=True):
    """How a room is kept in order now."""

    settings: ModerationSettings
    mutes: list[MuteView]
    bans: list[str]
    held: list[HeldComment]


class ModerationEntry(Struct, frozen=True, kw_only=True):
    """Who did what to whom in a room, and why. The `text` of what was removed is kept for appeals for thirty days."""

    n: int
    at_ms: int
    who: str
    what: str
    whom: str
    reason: str
    text: str


class ModerationLog(Struct, frozen=True):
    """A page of a room's log, the newest first."""

    entries: list[ModerationEntry]
    cursor: str | None


class RoomRules(Struct, frozen=True, tag="room_rules"):
    """How comments go in this room: the time between two of one person, and whether there are any."""

    slow_s: int
    comments: bool


class Muted(Struct, frozen=True, tag="muted"):
    """Said to somebody who is muted: until when; null when it is over before its time."""

    until_ms: int | None


class Moderation:
    """A room's state, as a worker knows it: settings, mutes and bans, comments that wait, gifts without their words."""

    def __init__(
        self,
        settings: ModerationSettings = ModerationSettings(),  # noqa: B008  # nobody changes it
        mutes: dict[str, int] | None = None,
        bans: frozenset[str] = frozenset(),
        held: tuple[HeldComment, ...] = (),
        removed: frozenset[str] = frozenset(),
    ) -> None:
        self.settings = settings
        self.mutes = mutes or {}
        self.bans = bans
        self.held = held
        self.removed = removed
        self._words: Words | None = None

    def muted_until(self, user: str, now_ms: int) -> int | None:
        """Until when somebody is muted."""
        until_ms = self.mutes.get(user, 0)
        return until_ms if until_ms > now_ms else None

    def judge_comment(self, person: Person, command: SendComment, now_ms: int, *, keeps: bool) -> bool:
        """Whether a comment may be posted; False where it has to wait for a moderator. Raises Refusal.

        Args:
            keeps: whether the person keeps this room in order.
        """
        if keeps or self.muted_until(person.sub, now_ms) is not None:
            # The store refuses those who are muted, and says until when.
            return True
        if not self.settings.comments:
            raise Refusal("comments_off")
        self._judge_words(command.text)
        links = self.settings.links
        if links == "allow" or not has_link(command.text):
            return True
        if links == "refuse":
            raise Refusal("link_in_words")
        if sum(waiting.id.startswith(f"{person.sub}:") for waiting in self.held) >= HELD_OF_ONE:
            raise Refusal("overloaded", "Comments of yours wait for a moderator already.")
        return False

    def judge_gift(self, person: Person, command: SendGift, now_ms: int, room: Room) -> None:
        """Raises Refusal where the words of a gift may not be said. The gift itself is judged by the store."""
        if not command.message or keeps_in_order(person, room):
            return
        if (until_ms := self.muted_until(person.sub, now_ms)) is not None:
            raise Refusal("muted", until_ms=until_ms)
        if not self.settings.comments:
            raise Refusal("comments_off")
        self._judge_words(command.message)

    def _judge_words(self, text: str) -> None:
        if self._words is None:
            self._words = words_of(self.settings.words, common=self.settings.common_words)
        if self._words.found_in(text):
            raise Refusal("word_not_allowed")


def keeps_in_order(person: Person, room: Room) -> bool:
    """Whether somebody in a room is its streamer or a moderator: whoever is in it may moderate it with that role."""
    return person.role == "moderator" or is_streamer(person, room)


def refusal_in(answer: str) -> Refusal | None:
    """The refusal that a script's answer (behind the `R`) stands for, where it is one of moderation."""
    slug, _, number = answer.partition("|")
    if slug == "muted":
        return Refusal("muted", until_ms=int(number))
    if slug == "slow":
        return Refusal("rate_limited", "Comments are slow here: wait a little.", retry_ms=int(number))
    return None
